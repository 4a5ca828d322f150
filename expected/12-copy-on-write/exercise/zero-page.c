// zero-page: does a load from new memory bring the zero page here?
//
// Prints yes or no: view.awk asks. (README of the lab: what that is.)

#include "pageview.h"

int main(void)
{
    say(zero_page_is_seen() ? "yes" : "no");
    return 0;
}

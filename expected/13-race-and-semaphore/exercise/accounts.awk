# accounts.awk: what the program has to print when all transfers are made.
#
#     start="10 balances" deposit="10 deposits" awk -f accounts.awk FILE...

BEGIN {
    split(ENVIRON["start"], balance, " ")
    split(ENVIRON["deposit"], more, " ")
}
{
    balance[$1 + 1] -= $3
    balance[$2 + 1] += $3
}
END {
    for (i = 0; i < 10; i++)
        print "account " i ": " balance[i + 1] + more[i + 1]
}

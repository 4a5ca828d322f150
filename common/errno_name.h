// errno_name.h: the name of an error: errno_name(ENOSPC) is "ENOSPC".
//
// strerror gives the sentence, but a manual page lists the name, and
// strerrorname_np came with glibc 2.32, and musl has none. Here are
// the errors that the manual pages of the labs' calls list; any other
// is "unnamed error".

#ifndef ERRNO_NAME_H
#define ERRNO_NAME_H

#include <errno.h>

static inline const char *errno_name(int error)
{
#define NAME(e) case e: return #e;
    switch (error) {
    NAME(E2BIG) NAME(EACCES) NAME(EAFNOSUPPORT) NAME(EAGAIN)
    NAME(EBADF) NAME(EBUSY) NAME(ECHILD) NAME(ECONNREFUSED)
    NAME(ECONNRESET) NAME(EDEADLK) NAME(EDESTADDRREQ) NAME(EDQUOT)
    NAME(EEXIST) NAME(EFAULT) NAME(EFBIG) NAME(EHWPOISON) NAME(EIDRM)
    NAME(EINTR) NAME(EINVAL) NAME(EIO) NAME(EISDIR) NAME(ELOOP)
    NAME(EMFILE) NAME(EMLINK) NAME(ENAMETOOLONG) NAME(ENFILE)
    NAME(ENODEV) NAME(ENOENT) NAME(ENOEXEC) NAME(ENOLCK) NAME(ENOMEM)
    NAME(ENOSPC) NAME(ENOSYS) NAME(ENOTDIR) NAME(ENOTEMPTY)
    NAME(ENOTBLK) NAME(ENOTCONN) NAME(ENOTTY) NAME(ENXIO)
    NAME(EOPNOTSUPP) NAME(EOVERFLOW) NAME(EPERM) NAME(EPIPE)
    NAME(ERANGE) NAME(EROFS) NAME(ESPIPE) NAME(ESRCH) NAME(ETIMEDOUT)
    NAME(ETXTBSY) NAME(EUSERS) NAME(EXDEV)
    }
#undef NAME
    return "unnamed error";
}

#endif

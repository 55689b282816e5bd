package org.nettytun.linux;

/** The kernel's message is not built as we know it. Ours alone: it leaves the package as an {@code EBADMSG}. */
final class NetlinkFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NetlinkFormatException(String what) {
        super(what);
    }

    ErrnoException on(String call, String subject) {
        ErrnoException failure = new ErrnoException(call, subject, Errno.EBADMSG, getMessage());
        failure.initCause(this);
        return failure;
    }
}

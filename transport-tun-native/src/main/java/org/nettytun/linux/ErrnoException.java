package org.nettytun.linux;

import java.io.IOException;

/**
 * The kernel said no. The message is a sentence: the call, what it was about, the errno's name, and what to do, where
 * that is known.
 */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final String subject;
    private final int errno;

    /**
     * @param call    the system call or request, as in {@code TUNSETIFF}
     * @param subject the device, file or namespace it was about
     * @param errno   positive
     */
    public ErrnoException(String call, String subject, int errno) {
        this(call, subject, errno, "");
    }

    /** @param detail what is known besides, such as the kernel's own words; may be empty. What to do follows it */
    ErrnoException(String call, String subject, int errno, String detail) {
        super(call + " on " + subject + ": " + Errno.describe(errno) + clause(detail)
                + clause(ErrnoHints.find(call, subject, errno)));
        this.call = call;
        this.subject = subject;
        this.errno = errno;
    }

    /** For the libc call of this thread that failed just now. */
    static ErrnoException last(String call, String subject) {
        return new ErrnoException(call, subject, LibC.errno());
    }

    /** The system call or request. */
    public String call() {
        return call;
    }

    /** The device, file or namespace it was about. */
    public String subject() {
        return subject;
    }

    /** Positive. */
    public int errno() {
        return errno;
    }

    /** As in {@code EBUSY}. */
    public String errnoName() {
        return Errno.name(errno);
    }

    private static String clause(String words) {
        return words.isEmpty() ? "" : ": " + words;
    }
}

package org.nettytun.linux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Questions and answers over netlink: one question at a time, its answers told from those of earlier questions by their
 * sequence number. One thread at a time.
 */
final class NetlinkDialogue {
    private static final int ATTEMPTS = 8;

    private final NetlinkPort port;
    private int sequence;

    NetlinkDialogue(NetlinkPort port) {
        this.port = port;
    }

    /**
     * Asks for something to be done or for one thing, with {@link NetlinkMessage#ACK}, and waits for the answer.
     *
     * @param call    and {@code subject} go into the error
     * @return what came before the acknowledgement
     */
    List<NetlinkReply> ask(String call, String subject, NetlinkMessage message) throws ErrnoException {
        List<NetlinkReply> answers = new ArrayList<>();
        converse(call, subject, message, answers);
        return answers;
    }

    /** Asks for a list. One that changed or was lost while it was told is asked for again. */
    List<NetlinkReply> list(String call, String subject, NetlinkMessage message) throws ErrnoException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<NetlinkReply> answers = new ArrayList<>();
            try {
                if (!converse(call, subject, message, answers)) {
                    return answers;
                }
            } catch (ErrnoException e) {
                if (e.errno() != Errno.ENOBUFS || attempt == ATTEMPTS - 1) {
                    throw e;
                }
            }
        }
        throw new ErrnoException(call, subject, Errno.EINTR, "the list changed " + ATTEMPTS
                + " times while the kernel told it; try again");
    }

    /** @return whether the list changed while it was told: the answers then belong to no one moment */
    private boolean converse(String call, String subject, NetlinkMessage message, List<NetlinkReply> answers)
            throws ErrnoException {
        boolean interrupted = false;
        try {
            port.send(message.finish(++sequence));
            while (true) {
                for (NetlinkReply reply : NetlinkReply.split(copy(port.receive()))) {
                    if (reply.sequence() != sequence) {
                        continue;   // of a question that timed out
                    }
                    interrupted |= (reply.flags() & NetlinkReply.DUMP_INTERRUPTED) != 0;
                    if (reply.isEnd()) {
                        refuse(call, subject, reply);
                        return interrupted;
                    }
                    answers.add(reply);
                }
            }
        } catch (NetlinkFormatException e) {
            throw e.on(call, subject);
        } catch (ErrnoException e) {
            throw e.call().equals(call) ? e : explain(call, subject, e);
        }
    }

    private static void refuse(String call, String subject, NetlinkReply end) throws ErrnoException {
        if (end.errno() != 0) {
            String words = end.words();
            throw new ErrnoException(call, subject, end.errno(), words.isEmpty() ? "" : "the kernel says: " + words);
        }
    }

    /** The socket's trouble in the words of the question. */
    private static ErrnoException explain(String call, String subject, ErrnoException e) {
        String what = switch (e.errno()) {
            case Errno.EAGAIN -> "the kernel did not answer in time";
            case Errno.EBADF -> "the netlink socket is closed";
            case Errno.ENOBUFS -> "the kernel's answer was lost, and whether it did what was asked is not known";
            default -> e.call() + " failed";
        };
        ErrnoException failure = new ErrnoException(call, subject, e.errno(), what);
        failure.initCause(e);
        return failure;
    }

    /** The port's buffer is overwritten by the next datagram, and a list has many. */
    private static ByteBuffer copy(ByteBuffer datagram) {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(bytes);
        return Bytes.of(bytes);
    }
}

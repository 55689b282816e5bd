package org.nettytun.linux;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.IntFunction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the kernel seldom or never says, from a port that says it. */
class NetlinkDialogueTest {
    private static final int LINK = 16;
    private static final int MULTI = NetlinkReply.MULTI;
    private static final int INTERRUPTED = NetlinkReply.DUMP_INTERRUPTED;

    private final Deque<IntFunction<ByteBuffer>> script = new ArrayDeque<>();
    private int asked;
    private final NetlinkDialogue dialogue = new NetlinkDialogue(new NetlinkPort() {
        private int sequence;

        @Override
        public void send(byte[] message) {
            asked++;
            sequence = Bytes.of(message).getInt(8);
        }

        @Override
        public ByteBuffer receive() throws ErrnoException {
            IntFunction<ByteBuffer> next = script.poll();
            if (next == null) {
                throw new ErrnoException("recv", "NETLINK_ROUTE", Errno.EAGAIN);
            }
            ByteBuffer datagram = next.apply(sequence);
            if (datagram == null) {
                throw new ErrnoException("recv", "NETLINK_ROUTE", Errno.ENOBUFS);
            }
            return datagram;
        }
    });

    private static ByteBuffer message(int type, int flags, int sequence, int... words) {
        ByteBuffer bytes = ByteBuffer.allocate(16 + 4 * words.length).order(ByteOrder.nativeOrder());
        bytes.putInt(bytes.capacity()).putShort((short) type).putShort((short) flags).putInt(sequence).putInt(0);
        for (int word : words) {
            bytes.putInt(word);
        }
        return bytes.flip();
    }

    private static ByteBuffer join(ByteBuffer... messages) {
        ByteBuffer all = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
        for (ByteBuffer message : messages) {
            all.put(message);
        }
        return all.flip();
    }

    private List<Integer> list() throws ErrnoException {
        return dialogue.list("RTM_GETLINK", "all links", new NetlinkMessage(18, NetlinkMessage.DUMP)).stream()
                .map(reply -> reply.body().getInt(0)).toList();
    }

    private ErrnoException refused() {
        return assertThrows(ErrnoException.class, () -> dialogue.ask("RTM_NEWLINK", "link 3",
                new NetlinkMessage(16, NetlinkMessage.ACK)));
    }

    @Test
    void readsAListOverSeveralDatagrams() throws Exception {
        script.add(s -> join(message(LINK, MULTI, s, 1), message(LINK, MULTI, s, 2)));
        script.add(s -> message(LINK, MULTI, s, 3));
        script.add(s -> message(NetlinkReply.DONE, MULTI, s, 0));
        assertEquals(List.of(1, 2, 3), list());
        assertEquals(1, asked);
    }

    @Test
    void passesOverAnswersToEarlierQuestions() throws Exception {
        refused();   // no answer in time
        script.add(s -> message(NetlinkReply.ERROR, 0, s - 1, -Errno.EPERM, 0, 0, 0, 0));
        script.add(s -> join(message(LINK, MULTI, s - 1, 7), message(LINK, MULTI, s, 1)));
        script.add(s -> message(NetlinkReply.DONE, MULTI, s, 0));
        assertEquals(List.of(1), list());
    }

    @Test
    void asksAgainWhenTheListChangedMeanwhile() throws Exception {
        script.add(s -> join(message(LINK, MULTI | INTERRUPTED, s, 1), message(NetlinkReply.DONE, MULTI, s, 0)));
        script.add(s -> join(message(LINK, MULTI, s, 1), message(NetlinkReply.DONE, MULTI | INTERRUPTED, s, 0)));
        script.add(s -> join(message(LINK, MULTI, s, 2), message(NetlinkReply.DONE, MULTI, s, 0)));
        assertEquals(List.of(2), list());
        assertEquals(3, asked);
    }

    @Test
    void givesUpOnAListThatNeverHoldsStill() {
        for (int i = 0; i < 20; i++) {
            script.add(s -> message(NetlinkReply.DONE, MULTI | INTERRUPTED, s, 0));
        }
        ErrnoException e = assertThrows(ErrnoException.class, this::list);
        assertEquals(Errno.EINTR, e.errno());
        assertTrue(e.getMessage().contains("the list changed 8 times"), e.getMessage());
        assertEquals(8, asked);
    }

    @Test
    void asksAgainWhenPartOfTheListWasLost() throws Exception {
        script.add(s -> message(LINK, MULTI, s, 1));
        script.add(s -> null);
        script.add(s -> message(LINK, MULTI, s - 1, 9));
        script.add(s -> join(message(LINK, MULTI, s, 1), message(NetlinkReply.DONE, MULTI, s, 0)));
        assertEquals(List.of(1), list());
        assertEquals(2, asked);
    }

    @Test
    void aLostAcknowledgementIsNotAskedForAgain() {
        script.add(s -> null);
        ErrnoException e = refused();
        assertEquals(Errno.ENOBUFS, e.errno());
        assertTrue(e.getMessage().contains("is not known"), e.getMessage());
        assertEquals(1, asked);
    }

    @Test
    void aKernelThatIsSilentIsASentence() {
        ErrnoException e = refused();
        assertEquals("RTM_NEWLINK on link 3: EAGAIN (Resource temporarily unavailable): "
                + "the kernel did not answer in time", e.getMessage());
    }

    @Test
    void aListThatEndsInAnErrorIsOne() {
        script.add(s -> join(message(LINK, MULTI, s, 1), message(NetlinkReply.DONE, MULTI, s, -Errno.ENOMEM)));
        assertEquals(Errno.ENOMEM, assertThrows(ErrnoException.class, this::list).errno());
    }

    @Test
    void repeatsTheKernelsWordsWhetherItCapsTheRequestOrNot() {
        int text = 8 << 0 | 1 << 16;   // attribute of 8 bytes, NLMSGERR_ATTR_MSG, on a little-endian machine
        int no = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? text : 8 << 16 | 1;
        int word = Bytes.of(new byte[] {'n', 'o', '!', 0}).getInt();
        script.add(s -> message(NetlinkReply.ERROR, 0x300, s, -Errno.EINVAL, 20, 0, 0, 0, no, word));
        script.add(s -> message(NetlinkReply.ERROR, 0x200, s, -Errno.EINVAL, 20, 0, 0, 0, 4711, no, word));
        assertTrue(refused().getMessage().contains("the kernel says: no!"));
        assertTrue(refused().getMessage().contains("the kernel says: no!"));
    }

    @Test
    void malformedMessagesAreEbadmsgWhereverTheyAreCut() {
        script.add(s -> join(message(LINK, 0, s, 1)).limit(19));           // shorter than its length
        script.add(s -> message(LINK, 0, s).putInt(0, 15));                // a length shorter than the header
        script.add(s -> message(LINK, 0, s).putInt(0, -1));
        script.add(s -> message(LINK, 0, s).limit(7));
        script.add(s -> message(NetlinkReply.ERROR, 0, s));                // no errno
        script.add(s -> message(NetlinkReply.ERROR, 0x200, s, -1, 1000, 0, 0, 0));   // the request outgrows it
        script.add(s -> message(NetlinkReply.ERROR, 0x300, s, -1, 20, 0, 0, 0, 3));  // an attribute of 3 bytes
        int cases = script.size();
        for (int i = 0; i < cases; i++) {
            assertEquals(Errno.EBADMSG, refused().errno(), "case " + i);
        }
        assertTrue(script.isEmpty());
    }
}

package org.nettytun.examples.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nettytun.fixture.Balances;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.nettytun.examples.router.TestPackets.v4;

/** The test is the peer, or sits between it and the tunnel, and sends what no tunnel sends. */
@ExtendWith(Balances.class)
class IntruderTest {
    private final DatagramSocket wire;
    private final InetSocketAddress peer;
    private final InetSocketAddress local = End.unused();

    IntruderTest() throws IOException {
        wire = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        peer = (InetSocketAddress) wire.getLocalSocketAddress();
    }

    @AfterEach
    void closeTheWire() {
        wire.close();
    }

    private static byte[] receive(DatagramSocket at) throws IOException {
        DatagramPacket datagram = new DatagramPacket(new byte[2048], 2048);
        at.setSoTimeout(5000);
        at.receive(datagram);
        return Arrays.copyOf(datagram.getData(), datagram.getLength());
    }

    private void send(DatagramSocket from, byte[] bytes) throws IOException {
        from.send(new DatagramPacket(bytes, bytes.length, local));
    }

    private static byte[] plain(int session, int sequence, ByteBuf packet) {
        ByteBuf datagram = Unpooled.buffer().writeByte(TunnelHeader.PLAIN).writeByte(0).writeShort(session)
                .writeInt(sequence).writeBytes(packet);
        packet.release();
        return ByteBufUtil.getBytes(datagram);
    }

    @Test
    void theDatagramIsTheHeaderAndThePacket() throws Exception {
        try (End end = new End(local, peer, null, 0)) {
            byte[] packet = TunnelTest.bytes(v4("10.7.0.1", "10.7.0.2", 100));
            byte[] session = null;
            for (int sequence = 0; sequence < 3; sequence++) {
                end.send(Unpooled.directBuffer().writeBytes(packet));
                byte[] datagram = receive(wire);
                assertEquals(108, datagram.length);
                assertEquals(TunnelHeader.PLAIN, datagram[0] & 0xff);
                assertEquals(sequence, Unpooled.wrappedBuffer(datagram).getInt(4));
                assertArrayEquals(packet, Arrays.copyOfRange(datagram, 8, 108));
                session = session == null ? Arrays.copyOfRange(datagram, 2, 4) : session;
                assertArrayEquals(session, Arrays.copyOfRange(datagram, 2, 4));
            }
        }
    }

    @Test
    void strangersAreNotHeard() throws Exception {
        try (End end = new End(local, peer, null, 0); DatagramSocket stranger = new DatagramSocket()) {
            byte[] good = plain(1, 0, v4("10.7.0.2", "10.7.0.1", 100));
            send(stranger, good);
            end.assertRefused(TunnelDropReason.UNKNOWN_SENDER);
            send(wire, good);
            assertEquals(100, end.receive().readableBytes());
        }
    }

    @Test
    void datagramsThatAreNoneOfOursAreRefused() throws Exception {
        try (End end = new End(local, peer, null, 0)) {
            byte[] good = plain(1, 0, v4("10.7.0.2", "10.7.0.1", 100));
            for (int length = 0; length < TunnelHeader.PLAIN_LENGTH; length++) {
                refused(end, TunnelDropReason.BAD_HEADER, Arrays.copyOf(good, length));
            }
            for (int type = 0; type < 256; type++) {
                if (type != TunnelHeader.PLAIN) {
                    good[0] = (byte) type;
                    refused(end, TunnelDropReason.BAD_HEADER, good);
                }
            }
        }
    }

    @Test
    void whatIsNoWholePacketIsRefused() throws Exception {
        try (End end = new End(local, peer, null, 0)) {
            int sequence = 0;
            for (int length = 0; length < 100; length++) {
                refused(end, KernelDropReason.PKT_TOO_SMALL,
                        plain(1, sequence++, v4("10.7.0.2", "10.7.0.1", 100).writerIndex(length)));
            }
            refused(end, KernelDropReason.IP_INHDR,
                    plain(1, sequence++, TunnelTest.withOneMore(v4("10.7.0.2", "10.7.0.1", 100))));
            refused(end, KernelDropReason.INVALID_PROTO,
                    plain(1, sequence++, Unpooled.buffer().writeZero(100).setByte(0, 0x55)));
            refused(end, KernelDropReason.IP_CSUM,
                    plain(1, sequence++, v4("10.7.0.2", "10.7.0.1", 100).setShort(10, 0)));
            refused(end, KernelDropReason.PKT_TOO_BIG,
                    plain(1, sequence, v4("10.7.0.2", "10.7.0.1", End.MTU + 1)));
        }
    }

    private void refused(End end, DropReason reason, byte[] bytes) throws IOException {
        send(wire, bytes);
        end.assertRefused(reason);
    }

    /** What a tunnel at {@code from} that starts now sends first. */
    private byte[] sealed(InetSocketAddress from, InetSocketAddress to, byte[] packet) throws Exception {
        try (DatagramSocket there = new DatagramSocket(to); End end = new End(from, to, TunnelTest.key(7), 0)) {
            end.send(Unpooled.directBuffer().writeBytes(packet));
            return receive(there);
        }
    }

    @Test
    void whatWasChangedOnItsWayIsRefused() throws Exception {
        byte[] packet = TunnelTest.bytes(v4("10.7.0.2", "10.7.0.1", 100));
        wire.close();
        byte[] datagram = sealed(peer, local, packet);
        assertEquals(TunnelHeader.SEALED_LENGTH + 100 + Seal.TAG_LENGTH, datagram.length);
        assertFalse(contains(datagram, Arrays.copyOfRange(packet, 12, 20)), "its addresses can be read");
        byte[] reflected = sealed(local, peer, packet);
        try (End end = new End(local, peer, TunnelTest.key(7), 0); DatagramSocket there = new DatagramSocket(peer)) {
            for (int at = 1; at < datagram.length; at++) {
                byte[] changed = datagram.clone();
                changed[at] ^= 0x10;
                send(there, changed);
                end.assertRefused(TunnelDropReason.BAD_SEAL);
            }
            for (int length = TunnelHeader.SEALED_LENGTH; length < datagram.length; length++) {
                send(there, Arrays.copyOf(datagram, length));
                end.assertRefused(TunnelDropReason.BAD_SEAL);
            }
            send(there, reflected);
            end.assertRefused(TunnelDropReason.BAD_SEAL);
            send(there, datagram);
            assertArrayEquals(packet, ByteBufUtil.getBytes(end.receive()), "and the true one is let in");
        }
    }

    @Test
    void whatWasRecordedIsLetInOnce() throws Exception {
        byte[] packet = TunnelTest.bytes(v4("10.7.0.2", "10.7.0.1", 100));
        wire.close();
        byte[] first = sealed(peer, local, packet);
        byte[] second = sealed(peer, local, packet);
        for (int workers = 0; workers < 3; workers++) {
            try (End end = new End(local, peer, TunnelTest.key(7), workers);
                    DatagramSocket there = new DatagramSocket(peer)) {
                send(there, first);
                end.receive();
                send(there, first);
                end.assertRefused(TunnelDropReason.REPLAYED);
                send(there, second);   // it has started again
                end.receive();
                send(there, first);
                end.assertRefused(TunnelDropReason.REPLAYED);
                send(there, second);
                end.assertRefused(TunnelDropReason.REPLAYED);
            }
        }
    }

    private static boolean contains(byte[] all, byte[] part) {
        for (int at = 0; at + part.length <= all.length; at++) {
            if (Arrays.equals(all, at, at + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }
}

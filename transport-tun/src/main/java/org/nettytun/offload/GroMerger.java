package org.nettytun.offload;

import org.nettytun.buffer.PacketBuf;

import java.util.Arrays;

/**
 * Finds out which packets of one flush are sent as one super-packet: the kernel's GRO. Packets are {@link #add added}
 * in order; what is to be sent is {@link #packets()} afterwards, a super-packet standing where its first packet stood.
 * No packet is changed, retained or moved, so that each can still be sent alone. One thread; makes no garbage.
 *
 * <p>A packet can be merged if it is a TCP segment or UDP datagram with payload, whole, right in its checksums, without
 * IPv4 options, IPv6 extension headers or padding; TCP without SYN, RST and URG; UDP with a checksum. It joins those of
 * its flow before it if TTL, type of service, DF, flow label, acknowledgment, window and TCP options are the same, its
 * sequence number goes on, its IPv4 identification, too, unless DF makes that meaningless (RFC 6864, section 4.1), it
 * is no longer than the first, and has no CWR. A shorter one, PSH and FIN end a super-packet, as do 64 packets and
 * 65535 bytes.
 *
 * <p>So a split gives back exactly what was added, but for identifications with DF. Packets of one flow stay in order;
 * flows may overtake each other, by less than one flush.
 *
 * @see <a href="https://elixir.bootlin.com/linux/v6.12/source/net/ipv4/tcp_offload.c">tcp_gro_receive, v6.12</a>
 */
public final class GroMerger {
    /** Flows that are remembered; a power of 2. Of three for the same two places one is forgotten. */
    private static final int FLOWS = 64;

    private final Headers headers = new Headers();
    private final GroPacket[] added;
    private final GroPacket[] open = new GroPacket[FLOWS];
    private final GroPacket[] toSend;
    /** Whether one of them may still grow. */
    private boolean anyOpen;
    private int addedCount;
    private int count;

    /** @param capacity packets in a flush, at most */
    public GroMerger(int capacity) {
        added = new GroPacket[capacity];
        toSend = new GroPacket[capacity];
        for (int i = 0; i < capacity; i++) {
            added[i] = new GroPacket();
        }
    }

    /** Whether no more can be added before it is {@link #clear() cleared}. */
    public boolean isFull() {
        return addedCount == added.length;
    }

    /**
     * Takes one more packet into the plan. It stays the caller's, and must stay as it is until {@link #clear()}.
     *
     * @param packet readable from its first byte to its last
     */
    public void add(PacketBuf packet) {
        GroPacket next = added[addedCount];
        if (!anyOpen && SuperPacket.is(packet)) { // nothing joins it, it joins nothing, and overtakes nothing
            next.take(packet, addedCount++);
            toSend[count++] = next;
            return;
        }
        next.look(packet, headers, addedCount++);
        if (next.isFragment()) {
            forgetFlows();   // it says nothing of its flow, and a later packet of that shall not overtake it
        } else if (next.hasFlow() && joins(next)) {
            return;
        }
        toSend[count++] = next;
    }

    private boolean joins(GroPacket next) {
        int place = place(next);
        GroPacket before = open[place];
        boolean joined = isOfFlow(before, next) && before.append(next);
        GroPacket grows = joined ? before : next;
        open[place] = grows.isOpen() ? grows : null;
        anyOpen |= grows.isOpen();
        return joined;
    }

    /** Where its flow is; if it is nowhere, one of the two places where it could be. */
    private int place(GroPacket next) {
        int first = GroRules.flowHash(next) & FLOWS - 1;
        int second = first ^ 1;
        if (isOfFlow(open[first], next)) {
            return first;
        }
        return isOfFlow(open[second], next) || open[first] != null && open[second] == null ? second : first;
    }

    private static boolean isOfFlow(GroPacket before, GroPacket next) {
        return before != null && GroRules.isSameFlow(before, next);
    }

    private void forgetFlows() {
        if (anyOpen) {
            Arrays.fill(open, null);
            anyOpen = false;
        }
    }

    /** How many were added. */
    public int added() {
        return addedCount;
    }

    /** How many more can be added. */
    public int room() {
        return added.length - addedCount;
    }

    /** How many are to be sent. */
    public int packets() {
        return count;
    }

    /** One that is to be sent, from 0 to {@link #packets()} - 1 in this order. */
    public GroPacket packet(int index) {
        return toSend[index];
    }

    /** Forgets all packets. */
    public void clear() {
        forgetFlows();
        for (int i = 0; i < addedCount; i++) {
            added[i].forget();
        }
        addedCount = 0;
        count = 0;
    }
}

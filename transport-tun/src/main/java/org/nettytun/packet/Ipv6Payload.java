package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/**
 * Where the payload of an IPv6 packet begins, behind its extension headers, and what it is. Belongs to one event loop;
 * a handler keeps one and {@link #find finds} again for each packet it must look into: forwarding alone need not.
 * Source: RFC 8200, section 4.
 */
public final class Ipv6Payload {
    /** More headers than anybody sends: a bound on what one packet can cost. The kernel parses 12, too. */
    private static final int MAX_HEADERS = 12;
    private static final int UNIT = 8;
    private static final int OFFSET_MASK = 0xfff8;
    private static final int MORE_FRAGMENTS = 1;

    private int protocol;
    private int at;
    private int end;
    private int fragmentOffset;
    private boolean fragment;

    /** A view of nothing yet: {@link #find} a payload first. */
    public Ipv6Payload() {
    }

    /**
     * Walks hop-by-hop, routing, fragment and destination option headers; of a fragment that is not the first, only
     * those up to its fragment header. Changes nothing.
     *
     * @param ip  a header that was checked
     * @param buf the buffer it was wrapped around
     * @return {@link DropReason#NONE}, or what is wrong: a header longer than the packet, or too many
     */
    public DropReason find(Ipv6Header ip, ByteBuf buf) {
        protocol = ip.nextHeader();
        at = ip.payloadAt();
        end = at + ip.payloadLength();
        fragment = false;
        fragmentOffset = 0;
        for (int headers = 0; isExtension(protocol) && fragmentOffset == 0; headers++) {
            if (end - at < UNIT) {
                return KernelDropReason.PKT_TOO_SMALL;
            }
            if (headers == MAX_HEADERS) {
                return KernelDropReason.IP_INHDR;
            }
            skip(buf);
        }
        return at > end ? KernelDropReason.PKT_TOO_SMALL : DropReason.NONE;
    }

    /** Past the header at {@code at}; of a fragment header, past what says which piece this is. */
    private void skip(ByteBuf buf) {
        int length = UNIT;
        if (protocol == IpProtocol.FRAGMENT) {
            int word = buf.getUnsignedShort(at + 2);
            fragmentOffset = word & OFFSET_MASK;
            fragment = fragmentOffset != 0 || (word & MORE_FRAGMENTS) != 0;
        } else {
            length += buf.getUnsignedByte(at + 1) * UNIT;
        }
        protocol = buf.getUnsignedByte(at);
        at += length;
    }

    private static boolean isExtension(int header) {
        return header == IpProtocol.HOP_BY_HOP || header == IpProtocol.ROUTING || header == IpProtocol.FRAGMENT
                || header == IpProtocol.DESTINATION_OPTIONS;
    }

    /** The first {@link IpProtocol} number that is no extension header; of a later fragment, the one it names. */
    public int protocol() {
        return protocol;
    }

    /** Index of the payload's first byte. */
    public int at() {
        return at;
    }

    /** Bytes of the payload. */
    public int length() {
        return end - at;
    }

    /** Whether this is a piece of a packet. */
    public boolean isFragment() {
        return fragment;
    }

    /** Where this fragment begins in the whole, in bytes; a multiple of 8. */
    public int fragmentOffset() {
        return fragmentOffset;
    }
}

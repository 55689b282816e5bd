package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv4Options;
import org.nettytun.stats.DropReason;

import java.util.concurrent.ThreadLocalRandom;

/** What a router writes into record route and timestamp options. Belongs to one event loop. */
final class Ipv4AnswerOptions {
    private static final int MILLIS_OF_DAY = 86_400_000;

    private final Addresses own;
    private final Ipv4Options options = new Ipv4Options();

    Ipv4AnswerOptions(Forwarding router) {
        this.own = router.own();
    }

    /** Into a packet in transit, whose options were checked. */
    void update(Ipv4Options checked, Ipv4Header ip, int address) {
        checked.update(ip, address, millis(), own);
    }

    /** Into an answer that took over options: as it was received, and as it is sent. */
    void update(Ipv4Header ip, ByteBuf answer, int address) {
        if (ip.headerLength() > Ipv4Header.MIN_LENGTH && options.check(ip, answer) == DropReason.NONE) {
            update(options, ip, address);
            update(options, ip, address);
        }
    }

    private static int millis() {
        return (int) (System.currentTimeMillis() % MILLIS_OF_DAY);
    }

    /** For a packet of ours that may be fragmented. Not to be guessed: RFC 7739 says why. */
    static int identification() {
        return ThreadLocalRandom.current().nextInt();
    }
}

package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv4Options;
import org.nettytun.stats.DropReason;

import java.util.concurrent.ThreadLocalRandom;

/**
 * The IPv4 header of an answer, which takes over record route and timestamp options: {@link #begin}, then {@link
 * #write}. Belongs to one event loop. May lie over the header of the packet that it answers.
 */
final class Ipv4Answer {
    private static final int MILLIS_OF_DAY = 86_400_000;

    private final Addresses own;
    private final Ipv4Header ip = new Ipv4Header();
    private final Ipv4Options options = new Ipv4Options();
    private final ByteBuf copied = Unpooled.buffer(Ipv4Options.MAX_LENGTH);
    private int optionsLength;

    Ipv4Answer(Forwarding router) {
        this.own = router.own();
    }

    /**
     * @param options of the packet that is answered, checked; null if there are none
     * @return bytes of the header
     */
    int begin(Ipv4Options options) {
        optionsLength = options == null ? 0 : options.copyForReply(copied, 0);
        return Ipv4Header.MIN_LENGTH + optionsLength;
    }

    /**
     * Writes it, finished: without DF, and with an identification that nobody can guess.
     *
     * @param length bytes of the packet, this header included
     */
    Ipv4Header write(ByteBuf into, int at, int length, int protocol, int source, int destination, int typeOfService) {
        ip.wrap(into, at).write(length, protocol, source, destination)
                .lengths(Ipv4Header.MIN_LENGTH + optionsLength, length).typeOfService(typeOfService)
                .identification(ThreadLocalRandom.current().nextInt());
        into.setBytes(ip.optionsAt(), copied, 0, optionsLength);
        ip.updateChecksum();
        if (optionsLength > 0 && options.check(ip, into) == DropReason.NONE) {
            update(options, ip, source, source);   // as it was received
            update(options, ip, source, source);   // as it is sent
        }
        return ip;
    }

    /** @see Ipv4Options#update */
    void update(Ipv4Options checked, Ipv4Header of, int sender, int receiver) {
        checked.update(of, sender, receiver, (int) (System.currentTimeMillis() % MILLIS_OF_DAY), own);
    }
}

package org.nettytun.channel;

import io.netty.channel.ChannelOption;
import org.nettytun.linux.IpPrefix;
import org.nettytun.linux.Route;
import org.nettytun.linux.TunFlag;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the values of {@link TunChannelOption} may be. */
final class TunOptionRules {
    private static final int MIN_MTU = 68;
    private static final int MAX_QUEUES = 256;

    private TunOptionRules() {
    }

    /** @throws IllegalArgumentException with the option, what was expected, and the value */
    static void check(ChannelOption<?> option, Object value) {
        if (option == TunChannelOption.TUN_MTU) {
            range(option, (Integer) value, MIN_MTU, TunLink.MAX_MTU);
        } else if (option == TunChannelOption.TUN_QUEUES) {
            range(option, (Integer) value, 1, MAX_QUEUES);
        } else if (option == TunChannelOption.TUN_TX_QUEUE_LENGTH || option == TunChannelOption.TUN_OWNER
                || option == TunChannelOption.TUN_GROUP) {
            range(option, (Integer) value, 0, Integer.MAX_VALUE);
        } else if (option == TunChannelOption.TUN_ADDRESSES) {
            ((List<?>) value).forEach(text -> IpPrefix.parse((String) text));
        } else if (option == TunChannelOption.TUN_ROUTES) {
            ((List<?>) value).forEach(text -> Route.parse((String) text));
        } else if (option == TunChannelOption.TUN_FLAGS && ((Set<?>) value).contains(TunFlag.VNET_HDR)) {
            throw new IllegalArgumentException(name(option) + " must not contain VNET_HDR: the virtio header is the"
                    + " channel's affair; say TUN_OFFLOADS: value=" + value);
        } else if (option == TunChannelOption.TUN_OFFLOADS) {
            checkOffloads(TunOffload.copy(((Set<?>) value).stream().map(TunOffload.class::cast)
                    .collect(Collectors.toSet())));
        }
    }

    /** The kernel would say no to all of them. */
    private static void checkOffloads(Set<TunOffload> offloads) {
        if (!offloads.isEmpty() && !offloads.contains(TunOffload.CSUM)) {
            throw new IllegalArgumentException("TUN_OFFLOADS must contain CSUM, which the others need: value="
                    + offloads);
        }
        if (offloads.contains(TunOffload.TSO_ECN) && !offloads.contains(TunOffload.TSO4)
                && !offloads.contains(TunOffload.TSO6)) {
            throw new IllegalArgumentException("TUN_OFFLOADS must contain TSO4 or TSO6, which TSO_ECN needs: value="
                    + offloads);
        }
    }

    /** Without the class before it, which Netty puts into the name of an option. */
    static String name(ChannelOption<?> option) {
        return option.name().substring(option.name().indexOf('#') + 1);
    }

    private static void range(ChannelOption<?> option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name(option) + " must be " + least + ".." + most + ": value=" + value);
        }
    }
}

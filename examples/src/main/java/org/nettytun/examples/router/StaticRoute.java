package org.nettytun.examples.router;

import org.nettytun.examples.Arguments;
import org.nettytun.forward.Route;
import org.nettytun.linux.IpPrefix;
import picocli.CommandLine.ITypeConverter;

import java.util.Map;

/**
 * One {@code --route}: {@code CIDR,interface=NAME}, or {@code CIDR,unreachable|prohibit|blackhole}. A value.
 *
 * @param destination   a network
 * @param interfaceName where it is; a link has two ends, so there is no next hop to name; null: nowhere
 * @param special       what it leads to, if nowhere; else null
 * @param text          all of it, as it was given
 */
public record StaticRoute(IpPrefix destination, String interfaceName, Route.Special special, String text) {
    private static final String KEY = "interface=";
    private static final Map<String, Route.Special> SPECIAL = Map.of("unreachable", Route.Special.UNREACHABLE,
            "prohibit", Route.Special.PROHIBIT, "blackhole", Route.Special.BLACKHOLE);

    /** @throws RuntimeException one that picocli makes a line of */
    public static StaticRoute parse(String text) {
        String[] pieces = text.split(",", -1);
        IpPrefix destination = Arguments.prefix("route", pieces[0]);
        String target = pieces.length == 2 ? pieces[1] : "";
        if (!SPECIAL.containsKey(target) && !target.startsWith(KEY)) {
            throw Arguments.wrong("a route is CIDR,interface=NAME or CIDR,unreachable|prohibit|blackhole: route="
                    + text, null);
        }
        if (!destination.network().equals(destination)) {
            throw Arguments.wrong("a route leads to a network, whose host bits are zero: route=" + pieces[0]
                    + ", expected " + destination.network(), null);
        }
        return SPECIAL.containsKey(target) ? new StaticRoute(destination, null, SPECIAL.get(target), text)
                : new StaticRoute(destination, Arguments.deviceName("interface", target.substring(KEY.length())), null,
                        text);
    }

    /** For people. */
    String where() {
        return interfaceName == null ? text.substring(text.indexOf(',') + 1) : "at " + interfaceName;
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<StaticRoute> {
        @Override
        public StaticRoute convert(String value) {
            return parse(value);
        }
    }
}

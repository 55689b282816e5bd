package org.nettytun.examples.router;

import org.nettytun.examples.Arguments;
import org.nettytun.linux.IpPrefix;
import picocli.CommandLine.ITypeConverter;

/**
 * One {@code --route}: {@code CIDR,interface=NAME}. A value.
 *
 * @param destination   a network
 * @param interfaceName where it is; a link has two ends, so there is no next hop to name
 */
public record StaticRoute(IpPrefix destination, String interfaceName) {
    private static final String KEY = "interface=";

    /** @throws RuntimeException one that picocli makes a line of */
    public static StaticRoute parse(String text) {
        String[] pieces = text.split(",", -1);
        IpPrefix destination = Arguments.prefix("route", pieces[0]);
        if (pieces.length != 2 || !pieces[1].startsWith(KEY)) {
            throw Arguments.wrong("a route is CIDR,interface=NAME: route=" + text, null);
        }
        if (!destination.network().equals(destination)) {
            throw Arguments.wrong("a route leads to a network, whose host bits are zero: route=" + pieces[0]
                    + ", expected " + destination.network(), null);
        }
        return new StaticRoute(destination, Arguments.deviceName("interface", pieces[1].substring(KEY.length())));
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<StaticRoute> {
        @Override
        public StaticRoute convert(String value) {
            return parse(value);
        }
    }
}

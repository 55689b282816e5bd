package org.nettytun.examples.tunnel;

import io.netty.util.NetUtil;
import org.nettytun.examples.Arguments;
import picocli.CommandLine.ITypeConverter;

import java.net.InetSocketAddress;

/** A UDP address as text: {@code 192.0.2.1:4789} or {@code [2001:db8::1]:4789}. */
final class Endpoints implements ITypeConverter<InetSocketAddress> {
    private static final int LAST_PORT = 65535;

    /** For picocli. */
    Endpoints() {
    }

    @Override
    public InetSocketAddress convert(String value) {
        int colon = value.lastIndexOf(':');
        String host = colon < 0 ? "" : value.substring(0, colon);
        boolean brackets = host.startsWith("[") && host.endsWith("]");
        if (host.isEmpty() || host.indexOf(':') >= 0 != brackets) {
            throw Arguments.wrong("expected IP:PORT, as in 192.0.2.1:4789 or [2001:db8::1]:4789: " + value, null);
        }
        return new InetSocketAddress(
                Arguments.address("address", brackets ? host.substring(1, host.length() - 1) : host),
                Arguments.number("port", value.substring(colon + 1), 1, LAST_PORT));
    }

    static String format(InetSocketAddress endpoint) {
        return NetUtil.toSocketAddressString(endpoint);
    }
}

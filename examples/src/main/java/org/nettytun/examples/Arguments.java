package org.nettytun.examples;

import org.nettytun.linux.IpPrefix;
import org.nettytun.linux.NetworkNamespace;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** Reads the pieces of arguments. What is wrong is told with the key, the value and what was expected. */
public final class Arguments {
    private static final int LONGEST_NAME = 15;

    private Arguments() {
    }

    /** A whole number within bounds. */
    public static int number(String key, String value, int least, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw notInRange(key, value, least, most, e);
        }
        throw notInRange(key, value, least, most, null);
    }

    private static TypeConversionException notInRange(String key, String value, int least, int most, Exception cause) {
        return wrong(key + " must be " + least + ".." + most + ": " + key + "=" + value, cause);
    }

    /** A device's name: 1 to 15 bytes without slash, colon, percent sign and blanks. */
    public static String deviceName(String key, String value) {
        if (value.isEmpty() || value.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME
                || value.equals(".") || value.equals("..") || value.matches(".*[/:%\\s].*")) {
            throw wrong(key + " must be a device's name, 1 to 15 bytes without blanks and any of / : %: " + key + "="
                    + value, null);
        }
        return value;
    }

    /** A network namespace's name or path; whether it exists is seen later. */
    public static String netns(String key, String value) {
        return parsed(key, value, text -> {
            NetworkNamespace.of(text);
            return text;
        });
    }

    /** {@code ADDRESS/LENGTH}. */
    public static IpPrefix prefix(String key, String value) {
        if (value.indexOf('/') < 0) {
            throw wrong(key + " must be ADDRESS/LENGTH, as in 10.7.0.1/24: " + key + "=" + value, null);
        }
        return parsed(key, value, IpPrefix::parse);
    }

    /** A literal address. */
    public static InetAddress address(String key, String value) {
        return parsed(key, value, IpPrefix::parseAddress);
    }

    private static <T> T parsed(String key, String value, Function<String, T> parser) {
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            throw wrong(key + "=" + value + ": " + e.getMessage(), e);
        }
    }

    /** The exception that picocli turns into a line. */
    public static TypeConversionException wrong(String message, Exception cause) {
        TypeConversionException wrong = new TypeConversionException(message);
        wrong.initCause(cause);
        return wrong;
    }

    /** For options that are a prefix. */
    public static final class PrefixConverter implements ITypeConverter<IpPrefix> {
        /** For picocli. */
        public PrefixConverter() {
        }

        @Override
        public IpPrefix convert(String value) {
            return prefix("prefix", value);
        }
    }

    /** For options that are a TCP port to listen at; 0 is any. */
    public static final class PortConverter implements ITypeConverter<Integer> {
        private static final int LAST_PORT = 65535;

        /** For picocli. */
        public PortConverter() {
        }

        @Override
        public Integer convert(String value) {
            return number("port", value, 0, LAST_PORT);
        }
    }
}

package org.nettytun.benchmarks.forward;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads one of several by its id. */
final class Choices {
    private Choices() {
    }

    private static <T> T of(T[] all, Function<T, String> id, String key, String value) {
        return Arrays.stream(all).filter(each -> id.apply(each).equals(value)).findFirst()
                .orElseThrow(() -> new TypeConversionException("expected one of "
                        + Arrays.stream(all).map(id).collect(Collectors.joining(", ")) + ": " + key + '=' + value));
    }

    /** A contender. */
    static final class OfContender implements ITypeConverter<Contender> {
        @Override
        public Contender convert(String value) {
            return of(Contender.values(), Contender::id, "contender", value);
        }
    }

    /** A load. */
    static final class OfLoad implements ITypeConverter<Load> {
        @Override
        public Load convert(String value) {
            return of(Load.values(), Load::id, "load", value);
        }
    }
}

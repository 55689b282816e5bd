package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.report.Row;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.benchmarks.run.Jdk;

import java.util.ArrayList;
import java.util.List;

/**
 * A contender on a JDK.
 *
 * @param jdk feature version; 0 if there is no JVM in it
 */
record Forwarder(Contender contender, int jdk) {
    /** Each on each of the JDKs, those without a JVM once. */
    static List<Forwarder> all(List<Contender> contenders, List<Integer> features) {
        List<Forwarder> all = new ArrayList<>();
        for (Contender each : contenders) {
            if (each.inJava()) {
                features.forEach(feature -> all.add(new Forwarder(each, feature)));
            } else {
                all.add(new Forwarder(each, 0));
            }
        }
        return all;
    }

    /** Those of JDKs that there are. */
    static List<Forwarder> on(List<Contender> contenders, List<Jdk> jdks) {
        return all(contenders, jdks.stream().map(Jdk::feature).toList());
    }

    /** Beside whom it is measured; null if nobody. */
    Forwarder reference() {
        return contender.reference() == null ? null : new Forwarder(contender.reference(), 0);
    }

    /** As in tables and plots. */
    String name() {
        return contender.id() + (jdk == 0 ? "" : " on JDK " + jdk);
    }

    /** With a load. */
    Row row(Load load) {
        return new Row(contender.id(), load.id(), jdk);
    }

    /** With whatever load. */
    Row row() {
        return new Row(contender.id(), Row.ANY, jdk);
    }

    boolean is(Sample sample) {
        return sample.contender().equals(contender.id()) && sample.jdk() == jdk;
    }
}

package org.nettytun.benchmarks.report;

import org.nettytun.benchmarks.run.Absent;
import org.nettytun.benchmarks.run.Jdk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What could not be measured: all that was expected and has no sample, whether or not anybody said why. */
public final class Absences {
    /** Why, if nobody said. */
    static final String UNKNOWN = "not measured in this run";

    private final Map<Row, String> reasons = new LinkedHashMap<>();

    /** For one run. */
    public Absences() {
        // nothing is absent yet
    }

    /**
     * One could not be measured. The first reason counts.
     *
     * @param what may have the wild words of {@link Row}
     */
    public void add(Row what, String why) {
        reasons.putIfAbsent(what, why.strip().replaceAll("\\s*\\R\\s*", " / "));
    }

    /** Those JDKs of some versions that there are; the others are absent. */
    public List<Jdk> jdks(Collection<Integer> features) throws IOException {
        List<Jdk> found = new ArrayList<>();
        for (int feature : features) {
            try {
                found.add(Jdk.find(feature));
            } catch (Absent e) {
                add(new Row(Row.ANY, Row.ANY, feature), e.getMessage());
            }
        }
        return found;
    }

    /** Whether there is a reason for all of that. */
    public boolean has(Row what) {
        return reasons.keySet().stream().anyMatch(each -> each.covers(what));
    }

    /**
     * A section in Markdown. What has samples, but failed at times, is in it, too.
     *
     * @param expected what was asked for
     */
    public String section(Collection<Row> expected, List<Sample> samples) {
        Set<Row> measured = samples.stream().map(Row::of).collect(Collectors.toSet());
        Table table = new Table("absent", "because");
        Map<List<String>, List<String>> loads = new LinkedHashMap<>();   // by who and why
        Map<String, Set<String>> all = new LinkedHashMap<>();   // expected loads, by who
        for (Row row : new LinkedHashSet<>(expected)) {
            all.computeIfAbsent(row.who(), who -> new LinkedHashSet<>()).add(row.load());
            String why = reason(row);
            if (!measured.contains(row)) {
                loads.computeIfAbsent(List.of(row.who(), why == null ? UNKNOWN : why), key -> new ArrayList<>())
                        .add(row.load());
            } else if (why != null) {
                loads.computeIfAbsent(List.of(row.who(), "not each time: " + why), key -> new ArrayList<>())
                        .add(row.load());
            }
        }
        if (loads.isEmpty()) {
            return "\nNothing is absent.\n";
        }
        loads.forEach((key, some) -> table.row('`' + key.get(0) + '`'
                + (some.size() == all.get(key.get(0)).size() ? "" : " at " + String.join(", ", some)),
                key.get(1).replace("|", "\\|")));
        return "\n## Absent\n\n" + table;
    }

    /** The one that says most of it; null if nobody said. */
    private String reason(Row row) {
        return reasons.entrySet().stream().filter(each -> each.getKey().covers(row))
                .map(Map.Entry::getValue).findFirst().orElse(null);
    }
}

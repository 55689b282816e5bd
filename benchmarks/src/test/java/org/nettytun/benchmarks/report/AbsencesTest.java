package org.nettytun.benchmarks.report;

import org.junit.jupiter.api.Test;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;

class AbsencesTest {
    private static final List<Row> EXPECTED = List.of(new Row("c", "64", 0), new Row("c", "512", 0),
            new Row("napi", "64", 17), new Row("napi", "512", 17), new Row("napi", "64", 25),
            new Row("napi", "512", 25));

    private final Absences absences = new Absences();

    private static Sample sample(String contender, String load, int jdk) {
        return new Sample("hairpin", contender, load, jdk, 1, 1, "ns/packet", 1000, 1);
    }

    @Test
    void nothingIsAbsentWhenEachRowHasASample() {
        assertEquals("\nNothing is absent.\n", absences.section(EXPECTED, EXPECTED.stream()
                .map(row -> sample(row.contender(), row.load(), row.jdk())).toList()));
    }

    @Test
    void whatHasNoSampleIsAbsentThoughNobodySaidWhy() {
        assertEquals("""

                ## Absent

                | absent | because |
                | --- | ---: |
                | `c` at 512 | not measured in this run |
                | `napi on JDK 25` | not measured in this run |
                """, absences.section(EXPECTED, List.of(sample("c", "64", 0), sample("napi", "64", 17),
                sample("napi", "512", 17))));
    }

    @Test
    void theReasonIsToldAndThatItIsNotOfEachTime() {
        absences.add(new Row("c", Row.ANY, Row.ANY_JDK), "no\n gcc | here");
        absences.add(new Row(Row.ANY, Row.ANY, 25), "no JDK 25");
        absences.add(new Row("napi", "64", 17), "packets were lost");
        assertEquals("""

                ## Absent

                | absent | because |
                | --- | ---: |
                | `c` | no / gcc \\| here |
                | `napi on JDK 17` at 64 | not each time: packets were lost |
                | `napi on JDK 25` | no JDK 25 |
                """, absences.section(EXPECTED, List.of(sample("napi", "64", 17), sample("napi", "512", 17))));
    }
}

package org.nettytun.benchmarks.report;

import java.util.Map;

/** What could not be measured. */
public final class Absences {
    private Absences() {
    }

    /**
     * A section in Markdown.
     *
     * @param absent the reason by what is missing
     */
    public static String section(Map<String, String> absent) {
        if (absent.isEmpty()) {
            return "\nNothing is absent.\n";
        }
        Table table = new Table("absent", "because");
        absent.forEach((what, why) -> table.row('`' + what + '`', why.replace("|", "\\|")));
        return "\n## Absent\n\n" + table;
    }
}

package org.nettytun.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A table in Markdown. */
public final class Table {
    private final List<String> lines = new ArrayList<>();
    private final int columns;

    /** @param head the columns' names; the first is words, the others are figures */
    public Table(String... head) {
        columns = head.length;
        row(head);
        lines.add("| --- |" + String.join("", Collections.nCopies(columns - 1, " ---: |")));
    }

    /** One more row. */
    public void row(String... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException("row: expected " + columns + " cells: " + String.join(" | ", cells));
        }
        lines.add("| " + String.join(" | ", cells) + " |");
    }

    @Override
    public String toString() {
        return String.join("\n", lines) + "\n";
    }
}

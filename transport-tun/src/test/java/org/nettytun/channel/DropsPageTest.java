package org.nettytun.channel;

import org.junit.jupiter.api.Test;
import org.nettytun.stats.DropReason;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** {@code docs/drops.md} has a table of {@link KernelRow}: by this test, with {@code -Dnettytun.writeDocs}. */
class DropsPageTest {
    private static final Path PAGE = Path.of("../docs/drops.md");
    private static final String BEGIN = "<!-- rows: made by DropsPageTest -->\n";
    private static final String END = "<!-- end of rows -->\n";

    @Test
    void theTableIsFresh() throws IOException {
        StringBuilder table = new StringBuilder(BEGIN);
        head(table, 'W', "Writes", "the write answers");
        head(table, 'R', "Reads", "the read answers");
        head(table, 'X', "Into the queue that we read", "what is seen");
        table.append(END);
        String page = Files.readString(PAGE);
        String fresh = page.substring(0, page.indexOf(BEGIN)) + table
                + page.substring(page.indexOf(END) + END.length());
        if (Boolean.getBoolean("nettytun.writeDocs")) {
            Files.writeString(PAGE, fresh);
        }
        assertEquals(fresh, Files.readString(PAGE));
    }

    private static void head(StringBuilder table, char kind, String title, String answer) {
        table.append("\n### ").append(title).append("\n\n| | when | ").append(answer)
                .append(" | we count | the interface counts |\n| --- | --- | --- | --- | --- |\n");
        for (KernelRow row : KernelRow.values()) {
            if (row.name().charAt(0) == kind) {
                table.append("| ").append(row.name()).append(" | ").append(row.condition).append(" | ");
                if (row.whyNot == null) {
                    String reason = row.reason == DropReason.NONE ? "no drop" : "`" + row.reason.name() + "`";
                    table.append(row.answer).append(" | ").append(reason).append(" | ").append(row.kernelCounter);
                } else {
                    table.append("not met: ").append(row.whyNot).append(" | | ");
                }
                table.append(" |\n");
            }
        }
    }
}

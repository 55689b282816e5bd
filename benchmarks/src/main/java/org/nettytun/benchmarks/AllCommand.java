package org.nettytun.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code bench all}: every part that can be quick, one after the other. */
@Command(name = "all", mixinStandardHelpOptions = true, description = "All parts, one after the other.")
final class AllCommand implements Callable<Integer> {
    static final String QUICK = "--quick";
    static final String OUT = "--out";

    @Option(names = QUICK, description = "Shows that all run, and no more: 150 s. Writes to benchmarks/target/quick.")
    private boolean quick;

    @Option(names = OUT, paramLabel = "FOLDER", description = "For CSV, plots and text (default: docs/benchmarks).")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<String> options = new ArrayList<>();
        if (quick) {
            options.add(QUICK);
        }
        if (out != null) {
            options.addAll(List.of(OUT, out.toString()));
        }
        int worst = 0;
        for (Map.Entry<String, CommandLine> part : spec.parent().subcommands().entrySet()) {
            CommandSpec its = part.getValue().getCommandSpec();
            if (its != spec && its.findOption(QUICK) != null) {
                spec.commandLine().getOut().println("== " + part.getKey());
                spec.commandLine().getOut().flush();
                worst = Math.max(worst, part.getValue().execute(options.toArray(String[]::new)));
            }
        }
        return worst;
    }
}

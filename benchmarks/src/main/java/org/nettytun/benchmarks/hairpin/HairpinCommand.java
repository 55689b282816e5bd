package org.nettytun.benchmarks.hairpin;

import org.nettytun.benchmarks.report.Absences;
import org.nettytun.benchmarks.report.Csv;
import org.nettytun.benchmarks.report.Row;
import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Pinning;
import org.nettytun.benchmarks.run.Progress;
import org.nettytun.benchmarks.run.Results;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/** {@code bench hairpin}. */
@Command(name = "hairpin", mixinStandardHelpOptions = true,
        description = "What one packet costs: 64 are in flight, each is forwarded by the kernel back out of the device"
                + " it was written to, read, and written again.")
public final class HairpinCommand implements Callable<Integer> {
    /** An IPv4 and a UDP header, and the MTU. */
    private static final int LEAST = 28;
    private static final int MOST = 1500;
    /** What an IPv4 length can say. */
    private static final int MOST_SUPER = 65535;

    private static final List<Integer> QUICK = List.of(64, 60_000);

    @Option(names = "--size", split = ",", paramLabel = "BYTES", defaultValue = "64,512,1400,60000",
            description = "Of a packet, 28..1500, or of a super-packet, 3000..65535; each contender takes one or the"
                    + " other (default: ${DEFAULT-VALUE}; quick: 64,60000).")
    private List<Integer> sizes;

    @Option(names = "--contender", split = ",", paramLabel = "NAME", converter = ContenderConverter.class,
            description = "Who, beside c: raw, napi, pooled, … (default: all).")
    private List<Contender> contenders = List.of(Contender.values());

    @Option(names = "--jdk", split = ",", paramLabel = "N", defaultValue = "17,25",
            description = "Under which JDKs (default: ${DEFAULT-VALUE}; quick: the one of this program).")
    private List<Integer> features;

    @Option(names = "--forks", paramLabel = "N", defaultValue = "2",
            description = "Fresh processes of each (default: ${DEFAULT-VALUE}; quick: 1).")
    private int forks;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "4",
            description = "Of each fork (default: ${DEFAULT-VALUE}; quick: 1).")
    private int rounds;

    @Option(names = "--add", description = "Adds the forks to those of the last run; with --forks 0 writes its tables"
            + " anew, and no more.")
    private boolean add;

    @Mixin
    private Results results;

    @Spec
    private CommandSpec spec;

    /** For picocli. */
    public HairpinCommand() {
    }

    @Override
    public Integer call() throws Exception {
        check();
        Absences absent = new Absences();
        List<Jdk> jdks = absent.jdks(features());
        List<Integer> measured = results.isQuick() && !isGiven("--size") ? QUICK : sizes;
        Path folder = results.folder(spec.commandLine().getParseResult());
        Path file = folder.resolve(Fork.BENCHMARK + ".csv");
        Csv csv = add ? Csv.open(file) : Csv.create(file);
        int had = csv.samples().size();
        measure(csv, jdks, measured, absent);
        new HairpinReport(folder, csv.samples(), jdks, absent, expected(csv, measured)).write();
        spec.commandLine().getOut().println(folder.resolve("hairpin.md"));
        return csv.samples().size() > had || forks == 0 ? 0 : 1;
    }

    /** What was asked for; to what is added to, all contenders. */
    private List<Row> expected(Csv csv, List<Integer> measured) {
        Set<Contender> who = new TreeSet<>(add ? List.of(Contender.values()) : contenders);
        Set<Integer> loads = new TreeSet<>(measured);
        Set<Integer> jdks = new TreeSet<>(features());
        if (add) {
            csv.samples().forEach(sample -> loads.add(Integer.valueOf(sample.load())));
            csv.samples().stream().filter(sample -> sample.jdk() > 0).forEach(sample -> jdks.add(sample.jdk()));
        }
        List.copyOf(who).forEach(each -> who.add(each.reference()));
        List<Row> rows = new ArrayList<>();
        for (Contender each : who) {
            for (int jdk : each.kind() instanceof Contender.InC ? Set.of(0) : jdks) {
                loads.stream().filter(each::takes).forEach(size -> rows.add(new Row(each.id(), size.toString(), jdk)));
            }
        }
        return rows;
    }

    private void check() {
        sizes.stream().filter(size -> SuperPackets.is(size) ? size > MOST_SUPER : size < LEAST || size > MOST)
                .findFirst().ifPresent(size -> {
            throw new ParameterException(spec.commandLine(), "size must be " + LEAST + ".." + MOST + ", or of a"
                    + " super-packet " + SuperPackets.LEAST + ".." + MOST_SUPER + ": size=" + size);
        });
        if (forks < (add ? 0 : 1) || rounds < 1) {
            throw new ParameterException(spec.commandLine(), "forks and rounds must be 1 or more: forks=" + forks
                    + " rounds=" + rounds);
        }
    }

    private List<Integer> features() {
        return results.isQuick() && !isGiven("--jdk") ? List.of(Runtime.version().feature()) : features;
    }

    private boolean isGiven(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private void measure(Csv csv, List<Jdk> jdks, List<Integer> measured, Absences absent)
            throws IOException, InterruptedException {
        List<Field.Entry> entries = Field.entries(contenders, jdks, measured);
        List<Contender> references = measured.stream().map(Contender::reference).distinct()
                .filter(with -> contenders.stream().anyMatch(one -> one.reference() == with)).toList();
        int last = results.isQuick() && !isGiven("--forks") ? 1 : forks;
        int before = csv.samples().stream().mapToInt(sample -> sample.fork()).max().orElse(0);
        int each = results.isQuick() && !isGiven("--rounds") ? 1 : rounds;
        Progress progress = new Progress(spec.commandLine().getOut(), last * Fork.steps(entries, measured, each));
        Pinning.process(ProcessHandle.current().pid(), Pinning.OTHERS);
        Launcher launcher = new Launcher(Files.createTempDirectory(Fork.BENCHMARK));
        Fork.Times howLong = results.isQuick() ? new Fork.Times(150, 150, 10) : new Fork.Times(3000, 600, 25);
        for (int number = 1; number <= last; number++) {
            Field field = Field.start(launcher, references, entries, absent, progress);
            try (Fork fork = new Fork(before + number, csv, progress, howLong, field, absent)) {
                for (int size : measured) {
                    fork.measure(size, each);
                }
            }
        }
    }

    /** By id. */
    static final class ContenderConverter implements ITypeConverter<Contender> {
        @Override
        public Contender convert(String value) {
            try {
                return Contender.of(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}

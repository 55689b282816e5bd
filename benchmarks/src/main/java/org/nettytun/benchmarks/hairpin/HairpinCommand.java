package org.nettytun.benchmarks.hairpin;

import org.nettytun.benchmarks.report.Csv;
import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Pinning;
import org.nettytun.benchmarks.run.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code bench hairpin}. */
@Command(name = "hairpin", mixinStandardHelpOptions = true,
        description = "The cost of one packet: 64 in flight, each forwarded by the kernel back out of the device it was"
                + " written to.")
public final class HairpinCommand implements Callable<Integer> {
    private static final List<Integer> ALL_SIZES = List.of(64, 512, 1400);

    @Option(names = "--size", split = ",", paramLabel = "BYTES", description = "Of a packet (default: 64,512,1400).")
    private List<Integer> sizes = ALL_SIZES;

    @Option(names = "--contender", split = ",", paramLabel = "NAME", converter = ContenderConverter.class,
            description = "Who; `--contender help` lists them (default: all).")
    private List<Contender> contenders = List.of(Contender.values());

    @Option(names = "--jdk", split = ",", paramLabel = "N", description = "Under which JDKs (default: 17,25).")
    private List<Integer> features = List.of(17, 25);

    @Option(names = "--forks", paramLabel = "N", defaultValue = "5",
            description = "Fresh processes of each (default: ${DEFAULT-VALUE}).")
    private int forks;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "3",
            description = "Of each fork (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Spec
    private CommandSpec spec;

    /** For picocli. */
    public HairpinCommand() {
    }

    @Override
    public Integer call() throws Exception {
        List<Jdk> jdks = new ArrayList<>();
        for (int feature : features) {
            jdks.add(Jdk.find(feature));
        }
        Csv csv = Csv.create(Path.of("benchmarks/target/hairpin.csv"));
        long starts = contenders.stream().filter(each -> each != Contender.C)
                .mapToInt(each -> each.kind() instanceof Contender.InC ? 1 : jdks.size()).sum();
        Progress progress = new Progress(spec.commandLine().getOut(),
                (int) starts * forks * (1 + sizes.size() * (1 + rounds)));
        Pinning.process(ProcessHandle.current().pid(), Pinning.OTHERS);
        Path folder = Files.createTempDirectory("hairpin");
        Launcher launcher = new Launcher(folder, List.of());
        for (int fork = 1; fork <= forks; fork++) {
            try (Hairpin hairpin = new Hairpin(launcher, csv, progress, new Hairpin.Times(1500, 300))) {
                hairpin.start(contenders, jdks);
                for (int size : sizes) {
                    hairpin.measure(size, fork, rounds);
                }
            }
        }
        return 0;
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

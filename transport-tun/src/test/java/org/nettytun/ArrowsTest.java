package org.nettytun;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** Which package may need which: {@code docs/architecture.md}. */
@AnalyzeClasses(packages = "org.nettytun", importOptions = DoNotIncludeTests.class)
class ArrowsTest {
    @ArchTest
    static final ArchRule ARROWS = layeredArchitecture().consideringOnlyDependenciesInLayers()
            .layer("linux").definedBy("org.nettytun.linux")
            .layer("stats").definedBy("org.nettytun.stats")
            .layer("packet").definedBy("org.nettytun.packet")
            .layer("routing").definedBy("org.nettytun.routing")
            .layer("buffer").definedBy("org.nettytun.buffer")
            .layer("offload").definedBy("org.nettytun.offload")
            .layer("channel").definedBy("org.nettytun.channel")
            .layer("metrics").definedBy("org.nettytun.metrics")
            .layer("forward").definedBy("org.nettytun.forward")
            .whereLayer("metrics").mayNotBeAccessedByAnyLayer()
            .whereLayer("forward").mayNotBeAccessedByAnyLayer()
            .whereLayer("channel").mayOnlyBeAccessedByLayers("metrics", "forward")
            .whereLayer("offload").mayOnlyBeAccessedByLayers("channel", "metrics", "forward")
            .whereLayer("buffer").mayOnlyBeAccessedByLayers("offload", "channel", "metrics", "forward")
            .whereLayer("packet").mayOnlyBeAccessedByLayers("offload", "channel", "forward")
            .whereLayer("routing").mayOnlyBeAccessedByLayers("forward")
            .whereLayer("routing").mayNotAccessAnyLayer()
            .whereLayer("linux").mayOnlyBeAccessedByLayers("channel", "metrics")
            .whereLayer("stats").mayOnlyBeAccessedByLayers("packet", "buffer", "offload", "channel", "metrics",
                    "forward");

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching("org.nettytun.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule JNA_BELOW = noClasses().that().resideOutsideOfPackage("org.nettytun.linux..")
            .should().dependOnClassesThat().resideInAPackage("com.sun.jna..");

    @ArchTest
    static final ArchRule NATIVE_IS_JNA_ALONE = noClasses().that().resideInAPackage("org.nettytun.linux")
            .should().dependOnClassesThat().resideInAnyPackage("io.netty..", "io.micrometer..");

    @ArchTest
    static final ArchRule MICROMETER_ON_TOP = noClasses().that().resideOutsideOfPackage("org.nettytun.metrics")
            .should().dependOnClassesThat().resideInAPackage("io.micrometer..");

    /**
     * PacketBuf and PacketVector are the verbs; PacketAcceptor accepts writes; Slab, PacketReader and Datagram have
     * memory without a packet.
     */
    @ArchTest
    static final ArchRule TWO_VERBS = VerbsRule.nobodyReleasesBut("PacketBuf", "PacketVector", "PacketAcceptor", "Slab",
            "PacketReader", "Datagram", "WriteCalls");

    @ArchTest
    void nothingNeedsUnsafe(JavaClasses classes) {
        noClasses().should().dependOnClassesThat().haveFullyQualifiedName("sun.misc.Unsafe").check(classes);
    }
}

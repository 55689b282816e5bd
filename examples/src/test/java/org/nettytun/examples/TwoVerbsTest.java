package org.nettytun.examples;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import org.nettytun.VerbsRule;

/** The examples show it: a packet is dropped or consumed. */
@AnalyzeClasses(packages = "org.nettytun.examples", importOptions = DoNotIncludeTests.class)
class TwoVerbsTest {
    /** But for the demo's TCP source, whose one chunk is no packet. */
    @ArchTest
    void packetsAreDroppedOrConsumed(JavaClasses classes) {
        VerbsRule.nobodyReleasesBut("Source").check(classes);
    }
}

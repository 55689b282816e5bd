package org.nettytun;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;

import java.util.List;
import java.util.Locale;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * There are two ways for a packet to go, {@code drop} and {@code consume}: whoever releases one hides what became of
 * it.
 */
public final class VerbsRule {
    private VerbsRule() {
    }

    /** @param allowed simple names of classes that may release, each for a reason of its own */
    public static ArchRule nobodyReleasesBut(String... allowed) {
        return noClasses().that(new DescribedPredicate<>("are not among " + List.of(allowed)) {
            @Override
            public boolean test(JavaClass type) {
                return !List.of(allowed).contains(type.getSimpleName());
            }
        }).should().accessTargetWhere(new DescribedPredicate<JavaAccess<?>>("it is a release") { // or a reference to it
            @Override
            public boolean test(JavaAccess<?> call) {
                boolean counted = call.getTargetOwner().isAssignableTo(ReferenceCounted.class)
                        && call.getName().equals("release");
                return counted || call.getTargetOwner().isEquivalentTo(ReferenceCountUtil.class)
                        && call.getName().toLowerCase(Locale.ROOT).contains("release");
            }
        });
    }
}

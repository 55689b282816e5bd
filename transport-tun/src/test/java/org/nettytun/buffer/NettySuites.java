package org.nettytun.buffer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What of Netty's own suites does not apply to packets, and why: the one list. A test class with this extension fails
 * if one more of Netty's cases is replaced, hidden or skipped, or one fewer.
 */
final class NettySuites implements TestWatcher, AfterAllCallback {
    /** Cases for which ours stand, with the same name. */
    private static final Map<String, String> REPLACED = Map.of(
            "SlotBufTest.testInternalNioBuffer",
            "asks for 32 MiB and 64 MiB, and no packet has that; ours asks the same of a slot",
            "AllocatorContractTest.testUsedDirectMemory",
            "expects each buffer's bytes to be counted; memory comes by the slab, and stays when it is free",
            "AllocatorContractTest.shouldReuseChunks",
            "is about heap buffers, which are the parent's; it is run, with a parent that has chunks");
    /** Cases that are not run at all: there is none. */
    private static final Set<String> SKIPPED = Set.of();

    private final Set<String> skipped = new TreeSet<>();

    @Override
    public void testAborted(ExtensionContext context, Throwable why) {
        skipped.add(name(context.getRequiredTestClass(), context.getRequiredTestMethod()));
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> why) {
        skipped.add(name(context.getRequiredTestClass(), context.getRequiredTestMethod()));
    }

    private static String name(Class<?> suite, Method test) {
        return suite.getSimpleName() + "." + test.getName();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Class<?> suite = context.getRequiredTestClass();
        assertEquals(ofSuite(SKIPPED, suite), skipped, "skipped");
        Set<String> replaced = new TreeSet<>();
        for (Method ours : suite.getDeclaredMethods()) {
            if (isNettys(suite.getSuperclass(), ours)) {
                replaced.add(name(suite, ours));
                assertTrue(ours.isAnnotationPresent(Test.class), () -> ours + " hides a test, and is none");
            }
        }
        assertEquals(ofSuite(REPLACED.keySet(), suite), replaced, "replaced");
    }

    private static Set<String> ofSuite(Set<String> names, Class<?> suite) {
        return names.stream().filter(name -> name.startsWith(suite.getSimpleName() + "."))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isNettys(Class<?> from, Method test) {
        for (Class<?> at = from; at != Object.class; at = at.getSuperclass()) {
            if (Arrays.stream(at.getDeclaredMethods()).anyMatch(theirs -> theirs.getName().equals(test.getName())
                    && theirs.isAnnotationPresent(Test.class))) {
                return true;
            }
        }
        return false;
    }
}

package org.nettytun;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.function.Consumer;

import static org.junit.jupiter.api.Assertions.assertThrows;

/** The rule finds each way to release, and leaves those alone that are allowed to. */
class VerbsRuleTest {
    private static final class ByCall {
        static void end(ByteBuf packet) {
            packet.release();
        }
    }

    private static final class ByReference {
        static void end(List<ByteBuf> packets) {
            packets.forEach(ByteBuf::release);
        }
    }

    private static final class ByUtility {
        static void end(Object packet) {
            ReferenceCountUtil.safeRelease(packet);
        }
    }

    private static final class ByReferenceToTheUtility {
        static final Consumer<Object> END = ReferenceCountUtil::release;
    }

    @ParameterizedTest
    @ValueSource(classes = {ByCall.class, ByReference.class, ByUtility.class, ByReferenceToTheUtility.class})
    void eachWayIsFound(Class<?> type) {
        var classes = new ClassFileImporter().importClasses(type, VerbsRuleTest.class);
        assertThrows(AssertionError.class, () -> VerbsRule.nobodyReleasesBut("Other").check(classes));
        VerbsRule.nobodyReleasesBut(type.getSimpleName()).check(classes);
    }
}

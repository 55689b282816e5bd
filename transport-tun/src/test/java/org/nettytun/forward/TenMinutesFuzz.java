package org.nettytun.forward;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;

/** Ten minutes of fuzzing views, forwarder and reassembly. */
class TenMinutesFuzz {
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void whateverTheBytesAre(byte[] packets) {
        FuzzTarget.run(packets);
    }

    static List<byte[]> seeds() {
        return FuzzTarget.seeds();
    }
}

package org.nettytun.forward;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;

/** A minute of fuzzing views, forwarder and reassembly. */
class OneMinuteFuzz {
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "1m")
    void whateverTheBytesAre(byte[] packets) {
        FuzzTarget.run(packets);
    }

    static List<byte[]> seeds() {
        return FuzzTarget.seeds();
    }
}

package org.nettytun.benchmarks.report;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class CsvTest {
    private static final Sample COMPARED = new Sample("hairpin", "napi", "64", 17, 2, 3, "ns/packet", 1234.5678, 0.75);
    private static final Sample ALONE = new Sample("hairpin", "c", "64", 0, 2, 3, "ns/packet", 1000, Double.NaN);

    @TempDir
    private Path folder;

    @Test
    void whatWasAddedIsReadBackAndMoreCanBeAdded() throws IOException {
        Path file = folder.resolve("new/hairpin.csv");
        Csv.create(file).add(COMPARED);
        Csv.open(file).add(ALONE);
        assertEquals(List.of(COMPARED, ALONE), Csv.open(file).samples());
        assertEquals(List.of("benchmark,contender,load,jdk,fork,round,metric,value,ratio",
                "hairpin,napi,64,17,2,3,ns/packet,1234.5678,0.75000", "hairpin,c,64,0,2,3,ns/packet,1000.0000,"),
                Files.readAllLines(file));
    }

    @Test
    void createStartsAnew() throws IOException {
        Path file = folder.resolve("hairpin.csv");
        Csv.create(file).add(COMPARED);
        Csv.create(file);
        assertEquals(List.of(), Csv.open(file).samples());
    }

    @Test
    void anotherFileIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("other.csv"), "a,b,c\n");
        assertEquals(file + " must start with the line " + Sample.HEAD,
                assertThrows(IOException.class, () -> Csv.open(file)).getMessage());
    }

    @Test
    void aCommaHasNoPlaceInIt() {
        assertThrows(IllegalArgumentException.class,
                () -> new Sample("hairpin", "a,b", "64", 17, 1, 1, "ns/packet", 1, 1));
    }

    @Test
    void aLineThatLacksFieldsIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Sample.parse("hairpin,napi,64"));
    }
}

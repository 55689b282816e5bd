package org.nettytun.benchmarks.report;

import org.junit.jupiter.api.Test;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class QuartilesTest {
    @Test
    void ranksThatExistAreTaken() {
        assertEquals(new Quartiles(5, 2, 3, 4), Quartiles.of(List.of(5.0, 1.0, 4.0, 2.0, 3.0)));
    }

    @Test
    void betweenTwoRanksItInterpolates() {
        assertEquals(new Quartiles(4, 1.75, 2.5, 3.25), Quartiles.of(List.of(4.0, 3.0, 2.0, 1.0)));
    }

    @Test
    void oneFigureIsAllThree() {
        assertEquals(new Quartiles(1, 7, 7, 7), Quartiles.of(List.of(7.0)));
    }

    @Test
    void endsAreTheLeastAndTheMost() {
        double[] sorted = {1, 10, 100};
        assertEquals(1, Quartiles.quantile(sorted, 0));
        assertEquals(100, Quartiles.quantile(sorted, 1));
        assertEquals(91, Quartiles.quantile(sorted, 0.95), 1e-9);
    }

    @Test
    void noFiguresHaveNoMiddle() {
        assertThrows(IllegalArgumentException.class, () -> Quartiles.of(List.of()));
    }
}

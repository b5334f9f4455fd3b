package dev.evenkeel.batcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceCurveTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    a measured point         |  4 |  32 |   8300
                    the last point           | 16 | 128 | 184000
                    between lengths          |  4 |  24 |   6500
                    between counts           |  3 |   8 |   2611
                    between both             |  3 |  12 |   3130.5
                    shorter than any         |  1 |   0 |   1100
                    longer than any          |  1 | 192 |  19000
                    more than any            | 32 |   8 |  21796
                    more and longer          | 32 | 192 | 592000
                    """)
    void isBilinearBetweenThePointsAndLinearBeyond(String where, int inputs, int tokens, double micros) {
        assertThat(MeasuredCurve.ENCODER.micros(inputs, tokens)).as(where).isEqualTo(micros, within(0.01));
    }

    @Test
    void isNeverNegativeAndRisesInBothWhateverTheMeasurementsSay() {
        ServiceCurve steep = ServiceCurve.parse("""
                inputs,tokens,micros
                2,10,5
                2,20,900
                2,30,890
                4,10,800
                4,20,850
                4,30,2000
                """);
        for (ServiceCurve curve : List.of(steep, MeasuredCurve.ENCODER)) {
            for (int inputs = 1; inputs < 40; inputs++) {
                for (int tokens = 0; tokens < 200; tokens++) {
                    assertThat(curve.micros(inputs, tokens)).isNotNegative();
                    assertThat(curve.micros(inputs + 1, tokens)).isGreaterThanOrEqualTo(curve.micros(inputs, tokens));
                    assertThat(curve.micros(inputs, tokens + 1)).isGreaterThanOrEqualTo(curve.micros(inputs, tokens));
                }
            }
        }
    }

    @Test
    void readsWhatItWrites() {
        ServiceCurve again = ServiceCurve.parse(MeasuredCurve.ENCODER.toCsv());
        assertThat(again.points()).isEqualTo(MeasuredCurve.ENCODER.points()).hasSize(25);
        assertThat(again.toCsv()).startsWith("inputs,tokens,micros\n1,8,1350\n1,16,1600\n");
        assertThat(ServiceCurve.of(again.points()).nanos(1, 8)).isEqualTo(1_350_000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    1,8,10                                                     | line 1 of the service curve: '1,8,10' stands where the header inputs,tokens,micros belongs
                    inputs,tokens,micros;#;1,8                                 | line 3 of the service curve: '1,8' has 2 fields; it needs 3: inputs,tokens,micros
                    inputs,tokens,micros;1,8,x                                 | line 2 of the service curve: '1,8,x' is not three whole numbers: inputs,tokens,micros
                    inputs,tokens,micros;0,8,5                                 | line 2 of the service curve: inputs 0, tokens 8, micros 5; at least 1, 0 and 0
                    inputs,tokens,micros;1,8,5;1,8,6                           | line 3 of the service curve: the point of 1 inputs and 8 tokens is there twice; once is right
                    inputs,tokens,micros;1,8,5;1,9,6                           | a service curve of 1 counts of inputs and 2 lengths; at least 2 of each
                    inputs,tokens,micros;1,8,5;1,9,6;2,8,7                     | the service curve has no point of 2 inputs and 9 tokens; every count needs every length
                    """)
    void anErrorNamesTheLineAndWhatIsWrong(String csv, String message) {
        assertThatThrownBy(() -> ServiceCurve.parse(csv.replace(';', '\n')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}

package dev.evenkeel.balancer;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a policy is asked for. */
class PoliciesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "least-work",
                "prequal",
                "prequal:",
                "prequal:q-rif=0.5,pool=8",
                " prequal : q-rif = 0 , max-age-ms = 250 ",
                "prequal:probes=0.1,remove=0,delta=0.5",
                "peak-ewma:decay-ms=5000,choices=0",
                "weighted-round-robin:blackout-ms=0,expiration-ms=10000,update-ms=100,error-penalty=0"
            })
    void aNameAndParametersMakeAPolicy(String spec) {
        assertThatCode(() -> Policies.check(spec)).doesNotThrowAnyException();
        assertThatCode(() -> Policies.create(spec, new SplittableRandom(1))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    fastest                      | there is no policy 'fastest'; it may be one of least-cpu, least-requests, least-work, p2c-least-requests, peak-ewma, prequal, random, round-robin, weighted-least-requests, weighted-round-robin
                    ''                           | there is no policy ''; it may be one of
                    round-robin:weight=2         | round-robin has no parameter 'weight'; it has none
                    peak-ewma:decay=5            | peak-ewma has no parameter 'decay'; it may be one of decay-ms, choices
                    prequal:,                    | prequal has no parameter ''; it may be one of probes, pool,
                    prequal:pool                 | pool of prequal has no value; it is given as pool=...
                    prequal:pool=8,pool=9        | pool of prequal is given twice
                    prequal:pool=1               | pool of prequal is 1; it must be a whole number from 2 to 1000
                    prequal:pool=2.5             | pool of prequal is 2.5; it must be a whole number from 2 to 1000
                    prequal:q-rif=1.01           | q-rif of prequal is 1.01; it must be a number from 0 to 1
                    prequal:q-rif=high           | q-rif of prequal is high; it must be a number from 0 to 1
                    prequal:q-rif=NaN            | q-rif of prequal is NaN; it must be a number from 0 to 1
                    peak-ewma:decay-ms=0         | decay-ms of peak-ewma is 0; it must be a whole number from 1 to 3600000
                    """)
    void aBadSpecIsAnErrorThatSaysWhatItMayBe(String spec, String sentence) {
        assertThatThrownBy(() -> Policies.check(spec))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
        assertThatThrownBy(() -> Policies.create(spec, new SplittableRandom(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
    }
}

package dev.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class EvenkeelPropertiesTest {

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(EvenkeelProperties.class)
    static class Properties {}

    private final ApplicationContextRunner node = new ApplicationContextRunner()
            .withUserConfiguration(Properties.class)
            .withPropertyValues(
                    "evenkeel.models[0].name=a",
                    "evenkeel.models[0].url=classpath:/models/a/",
                    "evenkeel.models[0].task=embedding");

    @Test
    void whatIsNotSetHasADefault() {
        node.run(context -> {
            EvenkeelProperties properties = context.getBean(EvenkeelProperties.class);
            assertThat(properties.maxInputs()).isEqualTo(2_048);
            assertThat(properties.maxBody().toMegabytes()).isEqualTo(16);
            assertThat(properties.warmUp()).hasSeconds(1);
            assertThat(properties.drain().notice()).hasSeconds(2);
            assertThat(properties.models().getFirst().version()).isEqualTo("1");
            assertThat(properties.models().getFirst().maxBatch()).isEqualTo(8);
            assertThat(properties.models().getFirst().maxBatchTokens()).isEqualTo(256);
            assertThat(properties.models().getFirst().required()).isTrue();
            assertThat(properties.watchdog().minimum()).hasMillis(500);
            assertThat(properties.memory().refuseAt()).isEqualTo(0.92);
            assertThat(properties.workersOn(3)).isEqualTo(3);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    evenkeel.workers=0                        | evenkeel.workers is '0'; it must be from 1 to 256.
                    evenkeel.workers=many                     | evenkeel.workers is 'many'; it must be readable as Integer.
                    evenkeel.max-inputs=0                     | evenkeel.max-inputs is '0'; it must be from 1 to 100000.
                    evenkeel.max-body=1B                      | evenkeel.max-body is '1B'; it must be from 1KB to 1GB.
                    evenkeel.max-body=big                     | evenkeel.max-body is 'big'; it must be readable as DataSize.
                    evenkeel.max-queue-work=5                 | evenkeel.max-queue-work is '5'; it must be at least 1000.
                    evenkeel.warm-up=6m                       | evenkeel.warm-up is 'PT6M'; it must be from 0s to 5m.
                    evenkeel.drain.notice=1h                  | evenkeel.drain.notice is 'PT1H'; it must be from 0s to 5m.
                    evenkeel.models[0].name=a b               | evenkeel.models[0].name is 'a b'; it must be letters
                    evenkeel.engine-threads=0                 | evenkeel.engine-threads is '0'; it must be from 1 to 256.
                    evenkeel.max-timeout=1ms                  | evenkeel.max-timeout is 'PT0.001S'; it must be from 10ms to 1h.
                    evenkeel.watchdog.minimum=1ms             | evenkeel.watchdog.minimum is 'PT0.001S'; it must be from 50ms to 10m.
                    evenkeel.watchdog.factor=1                | evenkeel.watchdog.factor is '1.0'; it must be from 2 to 1000.
                    evenkeel.watchdog.restart-after=2h        | evenkeel.watchdog.restart-after is 'PT2H'; it must be from 1s to 1h.
                    evenkeel.memory.refuse-at=1               | evenkeel.memory.refuse-at is '1.0'; it must be from 0.5 to 0.99.
                    evenkeel.memory.max-request=1KB           | evenkeel.memory.max-request is '1024B'; it must be from 1MB to 2GB.
                    evenkeel.models[0].url=ftp://u:secret@x/  | evenkeel.models[0].url is 'ftp://x/'; it must be a URL of
                    evenkeel.models[0].sha256=abc             | evenkeel.models[0].sha256 is 'abc'; it must be 64 hexadecimal
                    evenkeel.models[0].task=translate         | evenkeel.models[0].task is 'translate'; it must be readable as Task
                    evenkeel.models[0].engine=tflite          | evenkeel.models[0].engine is 'tflite'; it must be readable as EngineKind
                    evenkeel.models[0].workers=0              | evenkeel.models[0].workers is '0'; it must be from 1 to 256.
                    evenkeel.models[0].max-batch-tokens=0     | evenkeel.models[0].max-batch-tokens is '0'; it must be at least 1.
                    evenkeel.models[0].max-batch=0            | evenkeel.models[0].max-batch is '0'; it must be from 1 to 1024.
                    evenkeel.models[0].max-tokens=0           | evenkeel.models[0].max-tokens is '0'; it must be at least 2.
                    evenkeel.models[0].aliases=b,b            | evenkeel.models[0] is 'b'; it must be called what no other
                    evenkeel.default-models.classification=a  | evenkeel.default-models.classification is 'a'; it must be
                    """)
    void aBadValueStopsTheStartWithASentence(String property, String sentence) {
        node.withPropertyValues(property).run(context -> {
            Throwable failure = Objects.requireNonNull(context.getStartupFailure());
            FailureAnalysis analysis = Objects.requireNonNull(new InvalidPropertyAnalyzer().analyze(failure));
            assertThat(analysis.getDescription()).startsWith(sentence);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    tensor    | x | FP32  | -1,0 | evenkeel.models[0].inputs[0].shape is '[-1, 0]'; it must be dimensions of 1
                    tensor    | x | FP8   | 1    | evenkeel.models[0].inputs[0].datatype is 'FP8'; it must be readable as Datatype
                    tensor    | y | FP32  | 1    | evenkeel.models[0].inputs[1].name is 'y'; it must be a name once.
                    embedding | x | FP32  | 1    | evenkeel.models[0].inputs is '[
                    """)
    void anInputThatIsNoneOfATensorModelStopsTheStart(
            String task, String name, String datatype, String shape, String sentence) {
        String inputs = "evenkeel.models[0].inputs";
        node.withPropertyValues("evenkeel.models[0].task=" + task)
                .withPropertyValues(
                        inputs + "[0].name=" + name, inputs + "[0].datatype=" + datatype, inputs + "[0].shape=" + shape)
                .withPropertyValues(inputs + "[1].name=y", inputs + "[1].datatype=INT8", inputs + "[1].shape=1")
                .run(context -> {
                    Throwable failure = Objects.requireNonNull(context.getStartupFailure());
                    FailureAnalysis analysis = Objects.requireNonNull(new InvalidPropertyAnalyzer().analyze(failure));
                    assertThat(analysis.getDescription()).startsWith(sentence);
                });
    }

    /** 4 CPUs and predictions of 2 threads: more workers than 2 would make all of them slower. */
    @Test
    void workersTimesEngineThreadsAreNeverMoreThanTheCpus() {
        node.withPropertyValues("evenkeel.engine-threads=2").run(context -> {
            EvenkeelProperties properties = context.getBean(EvenkeelProperties.class);
            assertThat(properties.workersOn(4)).isEqualTo(2);
            assertThat(properties.workersOn(5)).isEqualTo(2);
            assertThat(properties.workersOn(1)).isEqualTo(1);
        });
        node.withPropertyValues("evenkeel.workers=7")
                .run(context -> assertThat(
                                context.getBean(EvenkeelProperties.class).workersOn(2))
                        .isEqualTo(7));
    }

    @Test
    void aPropertyThatDoesNotExistStopsTheStart() {
        node.withPropertyValues("evenkeel.max-imputs=7")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("evenkeel.max-imputs"));
    }

    @Test
    void aNodeWithoutModelsDoesNotStart() {
        new ApplicationContextRunner()
                .withUserConfiguration(Properties.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage("evenkeel.models is missing; it must be a list of at least one model."));
    }
}

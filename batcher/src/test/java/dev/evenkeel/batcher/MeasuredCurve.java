package dev.evenkeel.batcher;

/** A six-layer int8 sentence encoder on one core. */
final class MeasuredCurve {

    static final String CSV = """
            # int8, one thread
            inputs,tokens,micros
            1,8,1350
            2,8,1974
            4,8,3248
            8,8,5889
            16,8,10898
            1,16,1600
            2,16,2600
            4,16,4700
            8,16,8300
            16,16,16364
            1,32,2600
            2,32,4600
            4,32,8300
            8,32,16500
            16,32,34000
            1,64,4800
            2,64,9000
            4,64,18000
            8,64,36000
            16,64,72000
            1,128,11900
            2,128,23200
            4,128,46000
            8,128,92000
            16,128,184000
            """;

    static final ServiceCurve ENCODER = ServiceCurve.parse(CSV);

    private MeasuredCurve() {}
}

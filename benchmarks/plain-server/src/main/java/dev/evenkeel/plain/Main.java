package dev.evenkeel.plain;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongSupplier;
import org.springframework.boot.SpringApplication;

/** Runs what the first argument names: {@code serve}, {@code loop} or {@code curve}. */
public final class Main {

    private Main() {}

    public static void main(String[] args) throws IOException {
        String name = args.length == 0 ? "" : args[0];
        String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
        LongSupplier nanoTime = System::nanoTime;
        try {
            switch (name) {
                case "serve" -> SpringApplication.run(PlainServer.class, rest);
                case "loop" -> {
                    Options options = Options.parse(rest, Loop.DEFAULTS);
                    System.out.println(new Loop(nanoTime, new Random(options.integer("seed", 0))).run(options));
                }
                case "curve" -> {
                    Options options = Options.parse(rest, Curve.DEFAULTS);
                    System.out.print(new Curve(nanoTime, new Random(options.integer("seed", 0))).run(options));
                }
                default ->
                    throw new IllegalArgumentException("'" + name + "' is no command; it may be serve, loop or curve");
            }
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(2);
        }
    }
}

package dev.evenkeel.simulator.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The scenarios that can be asked for, in the order in which reports have them. A new one is one entry here. */
final class Catalogue {

    private static final List<String> ALL_KINDS = List.of("batch", "fifo", "ps");

    static final Map<String, Template> BY_NAME = Stream.of(
                    new Template(
                            "public-cell",
                            "20 servers of four cores, half of them at half speed, three of ten beside noisy neighbours:"
                                    + " the cell that peers have published figures of.",
                            List.of("fifo"),
                            20,
                            4,
                            List.of(0.7, 0.9, 1.05),
                            Scenarios::publicCell),
                    new Template(
                            "neighbours",
                            "Nodes of two speeds whose neighbours take 0 to 95 % of them; requests are alike.",
                            ALL_KINDS,
                            20,
                            2,
                            List.of(0.7, 0.9, 0.97),
                            Scenarios::neighbours),
                    new Template(
                            "mixed-sizes",
                            "As neighbours, with one request of ten eighteen times as large.",
                            ALL_KINDS,
                            8,
                            2,
                            List.of(0.9),
                            Scenarios::mixedSizes),
                    new Template(
                            "uneven-cores",
                            "Nodes of one, two and four cores, which nobody has told the gateways.",
                            ALL_KINDS,
                            12,
                            2,
                            List.of(0.5, 0.9),
                            Scenarios::unevenCores))
            .collect(Collectors.toMap(Template::name, Function.identity(), (first, _) -> first, LinkedHashMap::new));

    private Catalogue() {}
}

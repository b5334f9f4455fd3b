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
                            Scenarios::unevenCores),
                    new Template(
                            "sinkhole",
                            "Two nodes of twenty fail whatever they are sent, at once, and look idle by that.",
                            List.of("batch", "fifo"),
                            20,
                            4,
                            List.of(0.7),
                            Scenarios::sinkhole),
                    new Template(
                            "stall",
                            "A node stops answering with requests inside.",
                            List.of("batch", "fifo"),
                            20,
                            4,
                            List.of(0.7),
                            Scenarios::stall),
                    new Template(
                            "killed",
                            "A node is killed, what was inside is gone, and the registry lists it on.",
                            List.of("fifo"),
                            20,
                            4,
                            List.of(0.7),
                            Scenarios::killed),
                    new Template(
                            "heal",
                            "A node hangs, and goes on after ten seconds.",
                            List.of("batch", "fifo"),
                            20,
                            4,
                            List.of(0.7),
                            Scenarios::heal),
                    new Template(
                            "pauses",
                            "A node stands still for 0.3 s, four times.",
                            List.of("fifo"),
                            20,
                            4,
                            List.of(0.7),
                            Scenarios::pauses),
                    new Template(
                            "slow",
                            "A node becomes ten times slower, for good.",
                            List.of("fifo"),
                            20,
                            4,
                            List.of(0.7),
                            Scenarios::slow),
                    new Template(
                            "cold-start",
                            "A node is added that is cold for five seconds; the last gateway hears of it after 60 s.",
                            List.of("fifo"),
                            20,
                            4,
                            List.of(0.7),
                            Scenarios::coldStart),
                    new Template(
                            "gateway-restart",
                            "One of the gateways restarts and knows nothing.",
                            List.of("fifo"),
                            20,
                            4,
                            List.of(0.7),
                            Scenarios::gatewayRestart),
                    new Template(
                            "overload",
                            "Alike nodes with more than they can do; the gateways turn away what is too much.",
                            List.of("batch", "fifo"),
                            20,
                            4,
                            List.of(0.8, 1.5),
                            Scenarios::overload),
                    new Template(
                            "bursts",
                            "Every five seconds three times the requests, for half a second.",
                            List.of("fifo"),
                            20,
                            4,
                            List.of(0.7),
                            Scenarios::bursts),
                    new Template(
                            "ramp",
                            "From a tenth of the load to all of it within ten seconds.",
                            List.of("fifo"),
                            20,
                            4,
                            List.of(0.9),
                            Scenarios::ramp),
                    new Template(
                            "scale",
                            "1,000 nodes, 16 gateways and ten million requests.",
                            List.of("batch"),
                            1000,
                            16,
                            List.of(0.9),
                            Scenarios::scale))
            .collect(Collectors.toMap(Template::name, Function.identity(), (first, _) -> first, LinkedHashMap::new));

    private Catalogue() {}
}

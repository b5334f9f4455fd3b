package dev.evenkeel.acceptance.manifest;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What is asked of every build beyond the schemas. */
final class Rules {

    /** One check: it reports a sentence for each violation, beginning with whose it is. */
    record Rule(String name, BiConsumer<Build, Consumer<String>> check) {}

    static final List<Rule> ALL = List.of(
            new Rule("schema", Schemas::check),
            new Rule("selectors", References::selectors),
            new Rule("ports", References::ports),
            new Rule("names", References::names),
            new Rule("addresses", References::addresses),
            new Rule("settings", References::settings),
            new Rule("restricted profile", PodSecurity::restricted),
            new Rule("hardening", PodSecurity::hardening),
            new Rule("namespace", PodSecurity::namespace),
            new Rule("images", Resources::images),
            new Rule("resources", Resources::amounts),
            new Rule("whole CPUs", Resources::wholeCpus),
            new Rule("probes", Lifecycle::probes),
            new Rule("rollout", Lifecycle::rollout),
            new Rule("disruption", Lifecycle::disruption),
            new Rule("shutdown", Lifecycle::shutdown));

    private Rules() {}

    static void check(Build build, Consumer<String> report) {
        ALL.forEach(rule -> rule.check().accept(build, violation -> report.accept(rule.name() + ": " + violation)));
    }
}

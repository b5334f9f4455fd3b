package dev.evenkeel.simulator.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Rows, to ask for the figures of a policy in a cell. */
public final class Rows {

    private final List<Row> all;
    private final Map<Cell, Map<String, SortedMap<Long, Row>>> byCell = new LinkedHashMap<>();

    public Rows(List<Row> rows) {
        this.all = List.copyOf(rows);
        for (Row row : rows) {
            byCell.computeIfAbsent(row.run().cell(), _ -> new LinkedHashMap<>())
                    .computeIfAbsent(row.run().policy(), _ -> new TreeMap<>())
                    .put(row.run().seed(), row);
        }
    }

    public List<Row> all() {
        return all;
    }

    /** In the order in which they came. */
    public List<Cell> cells() {
        return List.copyOf(byCell.keySet());
    }

    List<Cell> cells(Predicate<Cell> which) {
        return byCell.keySet().stream().filter(which).toList();
    }

    /** The policies that met in a cell. */
    public Set<String> policies(Cell cell) {
        return byCell.getOrDefault(cell, Map.of()).keySet();
    }

    /** All scenarios of which there are rows. */
    Set<String> scenarios() {
        return byCell.keySet().stream().map(Cell::scenario).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    Set<Long> seeds() {
        return all.stream().map(row -> row.run().seed()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** A figure over the seeds. */
    public Optional<Spread> figure(Cell cell, String policy, ToDoubleFunction<Row> figure) {
        List<Double> values = runs(cell, policy).values().stream()
                .map(figure::applyAsDouble)
                .filter(Double::isFinite)
                .toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    public Optional<Spread> figure(Cell cell, String policy, Column column) {
        return figure(cell, policy, row -> row.get(column));
    }

    /**
     * A figure of one policy over that of another, in the same cell or in another: the ratio of the means over the seeds
     * that both have, and the lowest and highest ratio of a seed.
     */
    public Optional<Spread> ratio(Subject subject, Subject reference, Column column) {
        SortedMap<Long, Row> above = runs(subject.cell(), subject.policy());
        SortedMap<Long, Row> below = runs(reference.cell(), reference.policy());
        List<Double> ratios = new ArrayList<>();
        double sumAbove = 0;
        double sumBelow = 0;
        for (Map.Entry<Long, Row> entry : above.entrySet()) {
            Row other = below.get(entry.getKey());
            if (other == null) {
                continue;
            }
            double one = entry.getValue().get(column);
            double two = other.get(column);
            if (Double.isFinite(one) && Double.isFinite(two)) {
                ratios.add(one / two);
                sumAbove += one;
                sumBelow += two;
            }
        }
        if (ratios.isEmpty()) {
            return Optional.empty();
        }
        Spread spread = Spread.of(ratios);
        return Optional.of(new Spread(sumAbove / sumBelow, spread.min(), spread.max()));
    }

    /** Of these policies the one whose mean of a figure is the lowest in a cell. */
    Optional<String> best(Cell cell, Predicate<String> which, Column column) {
        return policies(cell).stream()
                .filter(which)
                .filter(policy -> figure(cell, policy, column).isPresent())
                .min(Comparator.comparingDouble(
                        policy -> figure(cell, policy, column).orElseThrow().mean()));
    }

    private SortedMap<Long, Row> runs(Cell cell, String policy) {
        return byCell.getOrDefault(cell, Map.of()).getOrDefault(policy, new TreeMap<>());
    }

    /** A policy in a cell. */
    public record Subject(Cell cell, String policy) {}
}

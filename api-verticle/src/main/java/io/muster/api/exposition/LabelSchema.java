package io.muster.api.exposition;

import io.muster.api.exposition.LabelSet.LabelSetBuilder;
import io.muster.schema.frame.Readings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The entries of a host that have samples of a family, such as each GPU, and the labels that
 * distinguish them. A schema is derived from {@link #HOST} step by step: {@link #flatMap} descends
 * to the parts of each entry, and {@link #label} adds a label that the parts inherit. Immutable;
 * the labels of an entry are rendered once for all families.
 *
 * @param labelNames names of the labels, in their order on the wire
 * @param selector returns the entries of a host without the labels of this schema
 * @param labelWriters add the labels of this schema to those that the entry has inherited
 */
record LabelSchema<T>(
    List<String> labelNames,
    Function<HostEntries, List<LabeledEntry<T>>> selector,
    List<BiConsumer<LabeledEntry<T>, LabelSetBuilder>> labelWriters) {
  /** The host itself, without labels. */
  static final LabelSchema<HostScrape> HOST =
      new LabelSchema<>(
          List.of(), host -> List.of(new LabeledEntry<>(host.scrape, 0, LabelSet.NONE)), List.of());

  private static final int MAX_NAME_CHARS = 128;
  private static final int MIN_DETAIL_BYTES = 8;
  private static final int MAX_DETAIL_BYTES = 128;

  /** Returns the schema of each entry of a section. */
  static <T> LabelSchema<T> ofSection(Function<Readings, List<T>> section) {
    return HOST.flatMap(host -> section.apply(host.readings()).stream());
  }

  /** Returns the schema of the entries of all these schemas, which may have different labels. */
  static <T> LabelSchema<T> union(List<LabelSchema<T>> schemas) {
    return new LabelSchema<>(
        schemas.stream().flatMap(schema -> schema.labelNames.stream()).distinct().toList(),
        host -> schemas.stream().flatMap(schema -> host.of(schema).stream()).toList(),
        List.of());
  }

  /** Returns the schema of the parts of each entry, which have the labels of the entry. */
  <U> LabelSchema<U> flatMap(Function<T, Stream<U>> mapper) {
    return new LabelSchema<>(
        labelNames,
        host -> {
          var parts = new ArrayList<LabeledEntry<U>>();
          for (var entry : host.of(this)) {
            mapper
                .apply(entry.value())
                .forEach(part -> parts.add(new LabeledEntry<>(part, parts.size(), entry.labels())));
          }
          return parts;
        },
        List.of());
  }

  /** Returns a copy with a label that distinguishes entries. */
  LabelSchema<T> label(String name, Function<T, String> value) {
    return withLabel(name, (entry, labels) -> labels.addLabel(name, value.apply(entry.value())));
  }

  /** Returns a copy with a label for the position of the entry, from 0. */
  LabelSchema<T> indexLabel(String name) {
    return withLabel(
        name, (entry, labels) -> labels.addLabel(name, Integer.toString(entry.position())));
  }

  /** Returns a copy with a label that some entries lack. */
  LabelSchema<T> optionalLabel(String name, Function<T, Optional<String>> value) {
    return withLabel(
        name,
        (entry, labels) ->
            value
                .apply(entry.value())
                .ifPresent(text -> labels.addText(name, text, MAX_DETAIL_BYTES)));
  }

  /** Returns a copy with a label for free text, truncated at {@code maxBytes}. */
  LabelSchema<T> textLabel(String name, int maxBytes, Function<T, String> value) {
    return withLabel(
        name, (entry, labels) -> labels.addText(name, value.apply(entry.value()), maxBytes));
  }

  /**
   * Returns a copy with one label for each key of a map, in the order of the keys. Of several keys
   * with the same label name the first is written; a key with the name of an earlier label is left
   * out.
   */
  LabelSchema<T> detailLabels(Function<T, Map<String, String>> detail) {
    var reservedNames = Set.copyOf(labelNames);
    return withLabel(
        "each key of `detail`",
        (entry, labels) -> {
          var usedNames = new HashSet<>(reservedNames);
          new TreeMap<>(detail.apply(entry.value()))
              .forEach(
                  (key, value) ->
                      addDetailLabel(LabelSet.labelName(key), value, usedNames, labels));
        });
  }

  /**
   * Returns the entries of this host, each with its labels; an entry with the labels of an earlier
   * one is left out.
   */
  private List<LabeledEntry<T>> entries(HostEntries host) {
    var selected = selector.apply(host);
    var seenLabels = new HashSet<LabelSet>(2 * selected.size());
    var entries = new ArrayList<LabeledEntry<T>>(selected.size());
    for (var candidate : selected) {
      var entry = labelWriters.isEmpty() ? candidate : withLabels(candidate, host);
      if (selected.size() == 1 || seenLabels.add(entry.labels())) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private LabeledEntry<T> withLabels(LabeledEntry<T> candidate, HostEntries host) {
    var labels = host.labelBuilder.startWith(candidate.labels());
    for (var labelWriter : labelWriters) {
      labelWriter.accept(candidate, labels);
    }
    return new LabeledEntry<>(candidate.value(), candidate.position(), labels.build());
  }

  private LabelSchema<T> withLabel(
      String name, BiConsumer<LabeledEntry<T>, LabelSetBuilder> labelWriter) {
    return new LabelSchema<>(
        Stream.concat(labelNames.stream(), Stream.of(name)).toList(),
        selector,
        Stream.concat(labelWriters.stream(), Stream.of(labelWriter)).toList());
  }

  private static void addDetailLabel(
      String name, String value, Set<String> usedNames, LabelSetBuilder labels) {
    if (name.length() <= MAX_NAME_CHARS
        && labels.remainingBytes(name) >= MIN_DETAIL_BYTES
        && usedNames.add(name)) {
      labels.addText(name, value, MAX_DETAIL_BYTES);
    }
  }

  /**
   * An entry with its labels.
   *
   * @param position among the entries of the schema, from 0
   */
  record LabeledEntry<T>(T value, int position, LabelSet labels) {}

  /**
   * The entries of one host while it is rendered: those of a schema are selected and labeled for
   * the first family that uses it. Used by the rendering thread only.
   */
  static final class HostEntries {
    private final HostScrape scrape;
    private final LabelSetBuilder labelBuilder = new LabelSetBuilder();
    private final IdentityHashMap<LabelSchema<?>, List<?>> entriesBySchema =
        new IdentityHashMap<>();

    HostEntries(HostScrape scrape) {
      this.scrape = scrape;
    }

    @SuppressWarnings("unchecked") // the entries stored for a schema were created by that schema
    <T> List<LabeledEntry<T>> of(LabelSchema<T> schema) {
      var entries = (List<LabeledEntry<T>>) entriesBySchema.get(schema);
      if (entries == null) {
        entries = schema.entries(this);
        entriesBySchema.put(schema, entries);
      }
      return entries;
    }
  }
}

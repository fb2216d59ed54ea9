package io.muster.api.exposition;

import io.muster.schema.frame.Readings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The entries of a host that have samples of a family, such as each GPU, and the labels that
 * distinguish them. Immutable; the labels of an entry are rendered once for all families.
 *
 * @param labelNames names of the labels, in their order on the wire
 */
record LabelSchema<T>(
    List<String> labelNames, EntrySelector<T> selector, List<LabelWriter<T>> labelWriters) {
  private static final int MAX_NAME_CHARS = 128;
  private static final int MIN_DETAIL_BYTES = 8;
  private static final int MAX_DETAIL_BYTES = 128;

  /** Returns the schema of the host itself. */
  static LabelSchema<HostScrape> ofHost() {
    return new LabelSchema<>(
        List.of(), host -> List.of(new LabeledEntry<>(LabelSet.NONE, host.scrape())), List.of());
  }

  /** Returns the schema of each entry of a section. */
  static <T> LabelSchema<T> ofSection(Function<Readings, List<T>> section) {
    return new LabelSchema<>(
        List.of(),
        host ->
            section.apply(host.scrape().readings()).stream()
                .map(entry -> new LabeledEntry<>(LabelSet.NONE, entry))
                .toList(),
        List.of());
  }

  /** Returns the schema of the entries of all these schemas, which may have different labels. */
  static <T> LabelSchema<T> union(List<LabelSchema<T>> schemas) {
    var labelNames = new LinkedHashSet<String>();
    for (var schema : schemas) {
      labelNames.addAll(schema.labelNames);
    }
    return new LabelSchema<>(
        List.copyOf(labelNames),
        host -> schemas.stream().flatMap(schema -> host.entries(schema).stream()).toList(),
        List.of());
  }

  /** Returns the schema of the parts of each entry, which have the labels of the entry. */
  <U> LabelSchema<U> flatMap(Function<T, Stream<U>> mapper) {
    return new LabelSchema<>(
        labelNames,
        host -> {
          var entries = new ArrayList<LabeledEntry<U>>();
          for (var entry : host.entries(this)) {
            mapper
                .apply(entry.value())
                .forEach(part -> entries.add(new LabeledEntry<>(entry.labels(), part)));
          }
          return entries;
        },
        List.of());
  }

  /** Returns a copy with a label that distinguishes entries. */
  LabelSchema<T> label(String name, Function<T, String> value) {
    return withLabel(
        name, (host, entry, position, builder) -> builder.addLabel(name, value.apply(entry)));
  }

  /** Returns a copy with a label for the position of the entry, from 0. */
  LabelSchema<T> indexLabel(String name) {
    return withLabel(
        name,
        (host, entry, position, builder) -> builder.addLabel(name, Integer.toString(position)));
  }

  /** Returns a copy with a label for the host, for entries that do not contain it. */
  LabelSchema<T> hostLabel(String name) {
    return withLabel(
        name, (host, entry, position, builder) -> builder.addLabel(name, host.scrape().hostId()));
  }

  /** Returns a copy with a label that some entries lack. */
  LabelSchema<T> optionalLabel(String name, Function<T, Optional<String>> value) {
    return withLabel(
        name,
        (host, entry, position, builder) ->
            value.apply(entry).ifPresent(text -> builder.addText(name, text, MAX_DETAIL_BYTES)));
  }

  /** Returns a copy with a label for free text, truncated at {@code maxBytes}. */
  LabelSchema<T> textLabel(String name, int maxBytes, Function<T, String> value) {
    return withLabel(
        name,
        (host, entry, position, builder) -> builder.addText(name, value.apply(entry), maxBytes));
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
        (host, entry, position, builder) -> {
          var usedNames = new HashSet<>(reservedNames);
          new TreeMap<>(detail.apply(entry))
              .forEach(
                  (key, value) ->
                      addDetailLabel(LabelSet.labelName(key), value, usedNames, builder));
        });
  }

  /**
   * Returns the entries of this host, each with its labels; an entry with the labels of an earlier
   * one is left out.
   */
  List<LabeledEntry<T>> entries(HostLabelCache host) {
    var selected = selector.select(host);
    var seenLabels = new HashSet<LabelSet>(2 * selected.size());
    var entries = new ArrayList<LabeledEntry<T>>(selected.size());
    var position = 0;
    for (var candidate : selected) {
      var labels = labelWriters.isEmpty() ? candidate.labels() : labels(host, candidate, position);
      position++;
      if (selected.size() == 1 || seenLabels.add(labels)) {
        entries.add(new LabeledEntry<>(labels, candidate.value()));
      }
    }
    return entries;
  }

  private LabelSet labels(HostLabelCache host, LabeledEntry<T> candidate, int position) {
    var builder = host.labelBuilder(candidate.labels());
    for (var labelWriter : labelWriters) {
      labelWriter.append(host, candidate.value(), position, builder);
    }
    return builder.build();
  }

  private LabelSchema<T> withLabel(String name, LabelWriter<T> labelWriter) {
    return new LabelSchema<>(
        Stream.concat(labelNames.stream(), Stream.of(name)).toList(),
        selector,
        Stream.concat(labelWriters.stream(), Stream.of(labelWriter)).toList());
  }

  private static void addDetailLabel(
      String name, String value, Set<String> usedNames, LabelSet.LabelSetBuilder builder) {
    if (name.length() <= MAX_NAME_CHARS
        && builder.remainingBytes(name) >= MIN_DETAIL_BYTES
        && usedNames.add(name)) {
      builder.addText(name, value, MAX_DETAIL_BYTES);
    }
  }

  /** An entry with its labels. */
  record LabeledEntry<T>(LabelSet labels, T value) {}

  /** Selects the entries of a host. */
  @FunctionalInterface
  interface EntrySelector<T> {
    List<LabeledEntry<T>> select(HostLabelCache host);
  }

  /** Appends one label or several. */
  @FunctionalInterface
  interface LabelWriter<T> {
    void append(HostLabelCache host, T entry, int position, LabelSet.LabelSetBuilder builder);
  }
}

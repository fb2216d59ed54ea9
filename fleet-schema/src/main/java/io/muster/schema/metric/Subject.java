package io.muster.schema.metric;

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
 * What the samples of a family are about, such as each GPU of a host, and the labels that tell one
 * from the other. Immutable; the labels of an entry are rendered once for all families.
 *
 * @param names of the labels, in their order on the wire
 */
record Subject<T>(List<String> names, Roots<T> roots, List<Column<T>> columns) {
  private static final int MAX_NAME_CHARS = 128;
  private static final int MIN_DETAIL_BYTES = 8;
  private static final int MAX_DETAIL_BYTES = 128;

  /** The host itself. */
  static Subject<HostScrape> host() {
    return new Subject<>(
        List.of(), host -> List.of(new Labelled<>(LabelSet.NONE, host.scrape())), List.of());
  }

  /** Each entry of a section. */
  static <T> Subject<T> each(Function<Readings, List<T>> section) {
    return new Subject<>(
        List.of(),
        host ->
            section.apply(host.scrape().readings()).stream()
                .map(entry -> new Labelled<>(LabelSet.NONE, entry))
                .toList(),
        List.of());
  }

  /** The entries of all these, which may have different labels. */
  static <T> Subject<T> all(List<Subject<T>> subjects) {
    var names = new LinkedHashSet<String>();
    for (var subject : subjects) {
      names.addAll(subject.names);
    }
    return new Subject<>(
        List.copyOf(names),
        host -> subjects.stream().flatMap(subject -> host.each(subject).stream()).toList(),
        List.of());
  }

  /** Parts of each entry, which bear its labels. */
  <U> Subject<U> inner(Function<T, Stream<U>> parts) {
    return new Subject<>(
        names,
        host -> {
          var inner = new ArrayList<Labelled<U>>();
          for (var outer : host.each(this)) {
            parts
                .apply(outer.subject())
                .forEach(part -> inner.add(new Labelled<>(outer.labels(), part)));
          }
          return inner;
        },
        List.of());
  }

  /** With a label that tells entries apart. */
  Subject<T> label(String name, Function<T, String> value) {
    return and(name, (host, entry, position, draft) -> draft.label(name, value.apply(entry)));
  }

  /** With the position of the entry, from 0. */
  Subject<T> position(String name) {
    return and(
        name, (host, entry, position, draft) -> draft.label(name, Integer.toString(position)));
  }

  /** With the name of the host, for entries that do not know it. */
  Subject<T> hostName(String name) {
    return and(name, (host, entry, position, draft) -> draft.label(name, host.scrape().host()));
  }

  /** With a label that some entries lack. */
  Subject<T> option(String name, Function<T, Optional<String>> value) {
    return and(
        name,
        (host, entry, position, draft) ->
            value.apply(entry).ifPresent(text -> draft.text(name, text, MAX_DETAIL_BYTES)));
  }

  /** With a label that holds free text, cut at so many bytes. */
  Subject<T> text(String name, int maxBytes, Function<T, String> value) {
    return and(
        name, (host, entry, position, draft) -> draft.text(name, value.apply(entry), maxBytes));
  }

  /**
   * With one label for each key of a map, in the order of the keys. Of keys that become the same
   * name the first stays, and a key that becomes the name of a label before it is left out.
   */
  Subject<T> detail(Function<T, Map<String, String>> detail) {
    var taken = Set.copyOf(names);
    return and(
        "each key of `detail`",
        (host, entry, position, draft) -> {
          var seen = new HashSet<>(taken);
          new TreeMap<>(detail.apply(entry))
              .forEach((key, value) -> detail(LabelSet.name(key), value, seen, draft));
        });
  }

  /** The entries of this host, each with its labels; none stands twice. */
  List<Labelled<T>> of(LabelledHost host) {
    var found = roots.of(host);
    var seen = new HashSet<LabelSet>(2 * found.size());
    var entries = new ArrayList<Labelled<T>>(found.size());
    var position = 0;
    for (var root : found) {
      var labels = columns.isEmpty() ? root.labels() : labels(host, root, position);
      position++;
      if (found.size() == 1 || seen.add(labels)) {
        entries.add(new Labelled<>(labels, root.subject()));
      }
    }
    return entries;
  }

  private LabelSet labels(LabelledHost host, Labelled<T> root, int position) {
    var draft = host.draft(root.labels());
    for (var column : columns) {
      column.append(host, root.subject(), position, draft);
    }
    return draft.done();
  }

  private Subject<T> and(String name, Column<T> column) {
    return new Subject<>(
        Stream.concat(names.stream(), Stream.of(name)).toList(),
        roots,
        Stream.concat(columns.stream(), Stream.of(column)).toList());
  }

  private static void detail(String name, String value, Set<String> seen, LabelSet.Draft draft) {
    if (name.length() <= MAX_NAME_CHARS && draft.room(name) >= MIN_DETAIL_BYTES && seen.add(name)) {
      draft.text(name, value, MAX_DETAIL_BYTES);
    }
  }

  /** An entry with its labels. */
  record Labelled<T>(LabelSet labels, T subject) {}

  /** Where the entries of a host come from. */
  @FunctionalInterface
  interface Roots<T> {
    List<Labelled<T>> of(LabelledHost host);
  }

  /** One label, or a few. */
  @FunctionalInterface
  interface Column<T> {
    void append(LabelledHost host, T entry, int position, LabelSet.Draft draft);
  }
}

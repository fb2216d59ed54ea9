package io.muster.runtime.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A statement of a {@code .sql} resource, which is written to be read:
 *
 * <ul>
 *   <li>{@code :name} is a parameter, bound to a value at each execution;
 *   <li><code>{name.sql}</code> is the content of that file beside it, a part of several
 *       statements;
 *   <li><code>{name}</code> is a text that the program inserts, for what cannot be a parameter: a
 *       table, or the condition of a variant of the statement.
 * </ul>
 *
 * <p>Comments and unnecessary blanks are removed. String literals with escape sequences and dollar
 * quotes are not recognized. Immutable, and safe for use by any thread.
 */
public final class SqlStatement {
  /**
   * The parts of SQL, by group: 1 blanks and comments with a preceding parenthesis or comma, after
   * which they are not needed, 2 the name of a parameter, 3 the name of a text or file, none: a
   * literal, a quoted identifier or the operator of a cast.
   */
  private static final Pattern PART =
      Pattern.compile(
          "([(,]?(?:\\s++|--[^\\n"
              + "]*+|/\\*.*?\\*/)++)|'[^']*'|\"[^\"]*\"|::|:([a-z_]+)|\\{([a-z_.-]+)}",
          Pattern.DOTALL);

  private static final Object UNBOUND = new Object();

  private final String file;
  private final String template;
  private final String sql;
  private final Optional<String> missingText;
  private final Map<String, Integer> parameterIndexes = new LinkedHashMap<>();

  private SqlStatement(String file, String template) {
    this.file = file;
    this.template = template;
    this.sql = replaceParts(template, this::toPositional);
    this.missingText =
        PART.matcher(sql).results().map(part -> part.group(3)).filter(Objects::nonNull).findFirst();
    if (sql.length() > DatabaseSession.MAX_CACHED_STATEMENT_CHARS) {
      throw new IllegalArgumentException(
          file + ": " + sql.length() + " characters would be prepared again at each execution");
    }
  }

  /**
   * Reads a statement.
   *
   * @param owner class beside which the file is
   */
  public static SqlStatement load(Class<?> owner, String file) {
    return new SqlStatement(file, read(owner, file).strip());
  }

  /** Returns the statement with texts inserted; those that it does not contain are ignored. */
  public SqlStatement with(Map<String, String> texts) {
    return new SqlStatement(
        file,
        replaceParts(
            template,
            part ->
                part.group(3) == null
                    ? part.group()
                    : texts.getOrDefault(part.group(3), part.group())));
  }

  /** Returns the text, with the parameters numbered in the order of their first occurrence. */
  public String sql() {
    if (missingText.isPresent()) {
      throw new IllegalStateException(file + ": no text for {" + missingText.get() + "}");
    }
    return sql;
  }

  /** Returns the names of the parameters. */
  public Set<String> parameters() {
    return Collections.unmodifiableSet(parameterIndexes.keySet());
  }

  /** Begins an execution with the value of one parameter. */
  public Binding bind(String name, @Nullable Object value) {
    return new Binding(this).bind(name, value);
  }

  /** Begins an execution with the values of several parameters. */
  public Binding bindAll(Map<String, ?> valuesByName) {
    return new Binding(this).bindAll(valuesByName);
  }

  private String toPositional(MatchResult part) {
    var name = part.group(2);
    if (name == null) {
      return part.group();
    }
    parameterIndexes.putIfAbsent(name, parameterIndexes.size());
    return "$" + (parameterIndexes.get(name) + 1);
  }

  private static String read(Class<?> owner, String file) {
    try (var resource = owner.getResourceAsStream(file)) {
      if (resource == null) {
        throw new IllegalArgumentException(file + " is not beside " + owner.getName());
      }
      var text = new String(resource.readAllBytes(), UTF_8);
      return replaceParts(text, part -> expand(owner, part));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String expand(Class<?> owner, MatchResult part) {
    if (part.group(1) != null) {
      return part.group().startsWith("(") || part.group().startsWith(",")
          ? part.group().substring(0, 1)
          : " ";
    }
    var name = part.group(3);
    return name != null && name.endsWith(".sql") ? read(owner, name).strip() : part.group();
  }

  private static String replaceParts(String text, Function<MatchResult, String> replacement) {
    return PART.matcher(text).replaceAll(part -> Matcher.quoteReplacement(replacement.apply(part)));
  }

  /** One execution of a statement, with the values of its parameters. Confined to one thread. */
  public static final class Binding {
    private final SqlStatement statement;
    private final @Nullable Object[] values;

    private Binding(SqlStatement statement) {
      this.statement = statement;
      this.values = new Object[statement.parameterIndexes.size()];
      Arrays.fill(values, UNBOUND);
    }

    /** Sets the value of a parameter; fails if the statement has none of that name. */
    public Binding bind(String name, @Nullable Object value) {
      var index = statement.parameterIndexes.get(name);
      if (index == null) {
        throw new IllegalArgumentException(statement.file + ": unknown parameter :" + name);
      }
      values[index] = value;
      return this;
    }

    /** Sets the values of several parameters. */
    public Binding bindAll(Map<String, ?> valuesByName) {
      valuesByName.forEach(this::bind);
      return this;
    }

    public String sql() {
      return statement.sql();
    }

    /** Returns the values by position; fails if one is missing. */
    public Tuple values() {
      statement.parameterIndexes.forEach(this::requireBound);
      return Tuple.from(values);
    }

    /** Executes the statement, which the connection prepares once. */
    public Future<RowSet<Row>> execute(SqlConnection connection) {
      return connection.preparedQuery(sql()).execute(values());
    }

    private void requireBound(String name, int index) {
      if (values[index] == UNBOUND) {
        throw new IllegalStateException(statement.file + ": no value for :" + name);
      }
    }
  }
}

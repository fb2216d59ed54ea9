package io.muster.runtime.database;

import static io.muster.runtime.database.PostgresFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.Pages;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pool of two has one place for long answers. */
class RowPagesIT {
  @RegisterExtension static final SharedPostgres shared = new SharedPostgres();

  private final PostgresFixture postgres = shared.fixture();
  private Database database;

  @BeforeEach
  void open() {
    var config = new DatabaseConfig(Optional.of(postgres.newDatabase()), 2, Duration.ofSeconds(1));
    database = Database.open(postgres.vertx(), config, Path.of("unused"), InstantSource.system());
    await(database.ready());
  }

  @AfterEach
  void close() {
    await(database.close());
  }

  @Test
  void next_oneStatement_givesEveryRowOnceInOrder() {
    var pages = RowPages.of("head", await(numbers(1, 1234)), RowPagesIT::number);

    assertThat(pages.head()).isEqualTo("head");
    assertThat(read(pages)).isEqualTo(json(IntStream.rangeClosed(1, 1234)));
    assertPlaceIsFree();
  }

  @Test
  void next_severalStatements_comeOneAfterTheOtherAndEmptyOnesAreNoEnd() {
    var pages = pages(numbersOf(5, 4), numbersOf(1, 600), numbersOf(1, 0), numbersOf(7, 9));

    assertThat(read(pages))
        .isEqualTo(
            json(IntStream.concat(IntStream.rangeClosed(1, 600), IntStream.rangeClosed(7, 9))));
    assertThat(await(pages.next()).length()).isZero();
    assertPlaceIsFree();
  }

  @Test
  void next_manyEmptyStatements_isOneAnswer() {
    var pages =
        new RowPages<>(
            "", statements(Stream.generate(() -> numbersOf(1, 0)).limit(300)), RowPagesIT::number);

    assertThat(read(pages)).isEmpty();
  }

  @Test
  void next_noStatement_isTheEnd() {
    assertThat(read(pages())).isEmpty();
  }

  @Test
  void close_early_givesThePlaceBackAndOpensNothingMore() {
    var pages = pages(numbersOf(1, 2000), numbersOf(1, 10));
    await(pages.next());

    pages.close();
    pages.close();

    assertThat(await(pages.next()).length()).isZero();
    assertPlaceIsFree();
  }

  @Test
  void close_whileACursorIsOpened_givesThePlaceBack() {
    var late = Promise.<RowCursor>promise();
    var pages = pages(late::future, numbersOf(1, 10));
    var next = pages.next();

    pages.close();
    late.complete(await(numbers(1, 10)));

    assertThat(await(next).length()).isZero();
    assertPlaceIsFree();
  }

  @Test
  void next_openingFails_isTheFailureAndThenTheEnd() {
    var failure = new FleetException(Code.UNAVAILABLE, "no database");
    var pages = pages(numbersOf(1, 3), () -> Future.failedFuture(failure), numbersOf(1, 3));
    await(pages.next());

    assertThatThrownBy(() -> await(pages.next())).isSameAs(failure);
    assertThat(await(pages.next()).length()).isZero();
  }

  @Test
  void next_supplierThrows_isAFailure() {
    var pages =
        pages(
            () -> {
              throw new IllegalStateException("defect");
            });

    assertThatThrownBy(() -> await(pages.next())).hasMessage("defect");
  }

  @Test
  void next_entryThrows_isAFailureAndThePlaceIsFreeAgain() {
    var pages =
        RowPages.of(
            "",
            await(numbers(1, 2000)),
            row -> {
              throw new IllegalStateException("defect");
            });

    assertThatThrownBy(() -> await(pages.next())).hasMessage("defect");
    assertThat(await(pages.next()).length()).isZero();
    assertPlaceIsFree();
  }

  @Test
  void next_statementFailsLate_isCodedAndThePlaceIsFreeAgain() {
    var sql = "SELECT 10 / (700 - n) FROM generate_series(1, 1000) n";
    var pages = RowPages.of("", await(database.cursor(sql, Tuple.tuple())), RowPagesIT::number);
    await(pages.next());

    assertThatThrownBy(() -> await(pages.next()))
        .isInstanceOfSatisfying(
            FleetException.class, failure -> assertThat(failure.code()).isEqualTo(Code.INTERNAL));
    assertPlaceIsFree();
  }

  @Test
  void headed_firstRow_isTheHeadAndNoEntry() {
    var pages =
        await(
            numbers(0, 600)
                .compose(cursor -> RowPages.headed(cursor, Row::deepToString, RowPagesIT::number)));

    assertThat(pages.head()).isEqualTo("[0]");
    assertThat(read(pages)).isEqualTo(json(IntStream.rangeClosed(1, 600)));
    assertPlaceIsFree();
  }

  @Test
  void headed_onlyTheHead_hasNoRows() {
    var pages =
        await(
            numbers(0, 0)
                .compose(cursor -> RowPages.headed(cursor, Row::deepToString, RowPagesIT::number)));

    assertThat(read(pages)).isEmpty();
    assertPlaceIsFree();
  }

  @Test
  void headed_noHead_isAFailureAndThePlaceIsFreeAgain() {
    assertThatThrownBy(
            () ->
                await(
                    numbers(1, 0)
                        .compose(
                            cursor ->
                                RowPages.headed(cursor, Row::deepToString, RowPagesIT::number))))
        .isNotNull();
    assertPlaceIsFree();
  }

  private static Pages<String> pages(Statement... statements) {
    return new RowPages<>("", statements(Stream.of(statements)), RowPagesIT::number);
  }

  private static Iterator<Supplier<Future<RowCursor>>> statements(Stream<Statement> statements) {
    return statements.<Supplier<Future<RowCursor>>>map(statement -> statement).iterator();
  }

  private Statement numbersOf(int from, int to) {
    return () -> numbers(from, to);
  }

  private Future<RowCursor> numbers(int from, int to) {
    return database.cursor("SELECT n FROM generate_series($1::int, $2::int) n", Tuple.of(from, to));
  }

  private static Line number(Row row) {
    return new Line(row.getInteger(0));
  }

  private static String read(Pages<?> pages) {
    var page = await(pages.next()).toString();
    if (page.isEmpty()) {
      return "";
    }
    var rest = read(pages);
    return rest.isEmpty() ? page : page + "," + rest;
  }

  private static String json(IntStream numbers) {
    return numbers.mapToObj(n -> "{\"n\":" + n + "}").collect(Collectors.joining(","));
  }

  private void assertPlaceIsFree() {
    var cursor = await(numbers(1, 1));
    assertThat(await(cursor.read(1)).size()).isEqualTo(1);
    cursor.close();
  }

  record Line(int n) {}

  /** Opens a cursor. */
  private interface Statement extends Supplier<Future<RowCursor>> {}
}

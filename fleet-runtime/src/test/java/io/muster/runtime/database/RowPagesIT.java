package io.muster.runtime.database;

import static io.muster.runtime.database.PostgresFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.transport.NoHead;
import io.muster.bus.transport.Pages;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pages on a pool of size two, which has one connection for cursors. */
class RowPagesIT {
  @RegisterExtension static final SharedPostgresExtension shared = new SharedPostgresExtension();

  private static DatabaseUrl url;

  private final PostgresFixture postgres = shared.fixture();
  private Database database;

  @BeforeAll
  static void create() {
    url = shared.fixture().newDatabaseWithSchema();
  }

  @BeforeEach
  void open() {
    database =
        PostgresFixture.open(
            postgres.vertx(), url, Duration.ofSeconds(30), new SimpleMeterRegistry());
    await(database.whenReady());
  }

  @AfterEach
  void close() {
    await(database.close());
  }

  @Test
  void next_oneStatement_returnsEveryRowOnceInOrder() {
    var pages = RowPages.of("head", await(openNumberCursor(1, 1234)), RowPagesIT::toNumberRow);

    assertThat(pages.head()).isEqualTo("head");
    assertThat(readAll(pages)).isEqualTo(json(IntStream.rangeClosed(1, 1234)));
    assertConnectionIsFree();
  }

  @Test
  void next_severalStatements_areConcatenatedAndEmptyOnesSkipped() {
    var pages =
        pages(numberCursor(5, 4), numberCursor(1, 600), numberCursor(1, 0), numberCursor(7, 9));

    assertThat(readAll(pages))
        .isEqualTo(
            json(IntStream.concat(IntStream.rangeClosed(1, 600), IntStream.rangeClosed(7, 9))));
    assertThat(await(pages.next()).isEmpty()).isTrue();
    assertConnectionIsFree();
  }

  @Test
  void next_fewRowsOfSeveralStatements_areOneLastPageThatReleasesTheConnection() {
    var pages = pages(numberCursor(1, 2), numberCursor(5, 4), numberCursor(7, 9));

    var page = await(pages.next());

    assertThat(page.json())
        .hasToString(
            json(IntStream.concat(IntStream.rangeClosed(1, 2), IntStream.rangeClosed(7, 9))));
    assertThat(page.isLast()).isTrue();
    assertConnectionIsFree();
  }

  @Test
  void next_manyEmptyStatements_returnsTheEnd() {
    var pages =
        new RowPages<>(
            NoHead.NO_HEAD,
            statements(Stream.generate(() -> numberCursor(1, 0)).limit(300)),
            RowPagesIT::toNumberRow);

    assertThat(readAll(pages)).isEmpty();
  }

  @Test
  void next_noStatement_returnsTheEnd() {
    assertThat(readAll(pages())).isEmpty();
  }

  @Test
  void close_early_releasesTheConnectionAndOpensNoCursor() {
    var pages = pages(numberCursor(1, 2000), numberCursor(1, 10));
    await(pages.next());

    pages.close();
    pages.close();

    assertThat(await(pages.next()).isEmpty()).isTrue();
    assertConnectionIsFree();
  }

  @Test
  void close_whileACursorIsOpened_releasesTheConnection() {
    var pendingCursor = Promise.<RowCursor>promise();
    var pages = pages(pendingCursor::future, numberCursor(1, 10));
    var next = pages.next();

    pages.close();
    pendingCursor.complete(await(openNumberCursor(1, 10)));

    assertThat(await(next).isEmpty()).isTrue();
    assertConnectionIsFree();
  }

  @Test
  void next_openingFails_failsOnceAndThenEnds() {
    var failure = new FleetException(Code.UNAVAILABLE, "no database");
    var pages = pages(numberCursor(1, 500), () -> Future.failedFuture(failure), numberCursor(1, 3));
    await(pages.next());

    assertThatThrownBy(() -> await(pages.next())).isSameAs(failure);
    assertThat(await(pages.next()).isEmpty()).isTrue();
  }

  @Test
  void next_supplierThrows_fails() {
    var pages =
        pages(
            () -> {
              throw new IllegalStateException("broken");
            });

    assertThatThrownBy(() -> await(pages.next())).hasMessage("broken");
  }

  @Test
  void next_rowMapperThrows_failsAndReleasesTheConnection() {
    var pages =
        RowPages.of(
            NoHead.NO_HEAD,
            await(openNumberCursor(1, 2000)),
            row -> {
              throw new IllegalStateException("broken");
            });

    assertThatThrownBy(() -> await(pages.next())).hasMessage("broken");
    assertThat(await(pages.next()).isEmpty()).isTrue();
    assertConnectionIsFree();
  }

  @Test
  void next_statementFailsLate_hasACodeAndReleasesTheConnection() {
    var sql = "SELECT 10 / (700 - n) FROM generate_series(1, 1000) n";
    var pages =
        RowPages.of(
            NoHead.NO_HEAD,
            await(database.openCursor(sql, Tuple.tuple())),
            RowPagesIT::toNumberRow);
    await(pages.next());

    assertThatThrownBy(() -> await(pages.next()))
        .isInstanceOfSatisfying(
            FleetException.class, failure -> assertThat(failure.code()).isEqualTo(Code.INTERNAL));
    assertConnectionIsFree();
  }

  @Test
  void fromHeadRow_firstRow_isTheHeadAndNoEntry() {
    var pages =
        await(
            openNumberCursor(0, 600)
                .compose(
                    cursor ->
                        RowPages.fromHeadRow(cursor, Row::deepToString, RowPagesIT::toNumberRow)));

    assertThat(pages.head()).isEqualTo("[0]");
    assertThat(readAll(pages)).isEqualTo(json(IntStream.rangeClosed(1, 600)));
    assertConnectionIsFree();
  }

  @Test
  void fromHeadRow_onlyTheHead_hasNoRows() {
    var pages =
        await(
            openNumberCursor(0, 0)
                .compose(
                    cursor ->
                        RowPages.fromHeadRow(cursor, Row::deepToString, RowPagesIT::toNumberRow)));

    assertThat(readAll(pages)).isEmpty();
    assertConnectionIsFree();
  }

  @Test
  void fromHeadRow_noRow_failsAndReleasesTheConnection() {
    assertThatThrownBy(
            () ->
                await(
                    openNumberCursor(1, 0)
                        .compose(
                            cursor ->
                                RowPages.fromHeadRow(
                                    cursor, Row::deepToString, RowPagesIT::toNumberRow))))
        .isNotNull();
    assertConnectionIsFree();
  }

  private static Pages<NoHead, NumberRow> pages(CursorSupplier... statements) {
    return new RowPages<>(
        NoHead.NO_HEAD, statements(Stream.of(statements)), RowPagesIT::toNumberRow);
  }

  private static Iterator<Supplier<Future<RowCursor>>> statements(
      Stream<CursorSupplier> statements) {
    return statements.<Supplier<Future<RowCursor>>>map(statement -> statement).iterator();
  }

  private CursorSupplier numberCursor(int from, int to) {
    return () -> openNumberCursor(from, to);
  }

  private Future<RowCursor> openNumberCursor(int from, int to) {
    return database.openCursor(
        "SELECT n FROM generate_series($1::int, $2::int) n", Tuple.of(from, to));
  }

  private static NumberRow toNumberRow(Row row) {
    return new NumberRow(row.getInteger(0));
  }

  private static String readAll(Pages<?, ?> pages) {
    var page = await(pages.next());
    if (page.isLast()) {
      return page.json().toString();
    }
    var rest = readAll(pages);
    return rest.isEmpty() ? page.json().toString() : page.json() + "," + rest;
  }

  private static String json(IntStream numbers) {
    return numbers.mapToObj(n -> "{\"n\":" + n + "}").collect(Collectors.joining(","));
  }

  private void assertConnectionIsFree() {
    var cursor = await(openNumberCursor(1, 1));
    assertThat(await(cursor.read(1)).size()).isEqualTo(1);
    cursor.close();
  }

  record NumberRow(int n) {}

  /** Opens a cursor. */
  private interface CursorSupplier extends Supplier<Future<RowCursor>> {}
}

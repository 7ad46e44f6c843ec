package dev.amulet.server.http;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.ScoringException;
import dev.amulet.runtime.csv.CsvFormatException;
import dev.amulet.runtime.csv.CsvRows;
import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.RequestException;
import dev.amulet.server.model.ScoringService;
import dev.amulet.server.wire.Json;
import dev.amulet.server.wire.RowBatch;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the scoring APIs have in common: the model a request names, and rows from CSV, from an image
 * as the body, and from forms.
 */
final class ScoringRequests {
  /** Parameters of the query that are not columns. */
  private static final Set<String> RESERVED = Set.of("model", "version", "timeout_ms");

  private static final int MOST_PARTS = 1_000;

  /** A part of a form: a text, or a file with the name it was sent under. */
  @SuppressWarnings("ArrayRecordComponent") // Handed on once, never compared.
  record Part(String name, @Nullable String text, String fileName, byte @Nullable [] file) {}

  private final ScoringService service;
  private final Json json;
  private final int maxRows;
  private final @Nullable ResponseCache cache;

  ScoringRequests(ScoringService service, Json json, int maxRows, @Nullable ResponseCache cache) {
    this.service = service;
    this.json = json;
    this.maxRows = maxRows;
    this.cache = cache;
  }

  /** Scores with a model that was leased; the lease is theirs to give back when they return. */
  @FunctionalInterface
  interface Work {
    CompletableFuture<HttpReply> reply(ModelVersion.Lease lease);
  }

  /** Has the model that a request names answer it, or the memory. */
  CompletableFuture<HttpReply> reply(HttpCall call, Work work) {
    ModelVersion.Lease lease = lease(call);
    try {
      ResponseCache replies = cache;
      if (replies == null) {
        return work.reply(lease);
      }
      ByteBuffer key = ResponseCache.key(call, lease.model());
      HttpReply known = replies.get(key);
      if (known != null) {
        lease.close();
        return HealthApi.done(known);
      }
      return work.reply(lease)
          .thenApply(
              reply -> {
                if (reply.status() == 200 && !call.hasFailedRow()) {
                  replies.put(key, reply);
                }
                return reply;
              });
    } catch (RuntimeException | Error e) {
      lease.close();
      throw e;
    }
  }

  ScoringService service() {
    return service;
  }

  Json json() {
    return json;
  }

  /** The model that path or query name, held open. */
  ModelVersion.Lease lease(HttpCall call) {
    String model = call.variable("model");
    String version = call.variable("version");
    return service
        .repository()
        .lease(
            model == null ? call.query("model") : model,
            version == null ? call.query("version") : version);
  }

  RowBatch batch(ModelVersion.Lease lease) {
    return new RowBatch(lease.model(), maxRows);
  }

  /** Queues the rows; the lease is given back when they are scored. */
  CompletableFuture<List<ScoredRow>> score(
      HttpCall call, ModelVersion.Lease lease, RowBatch batch, ScoreOptions options) {
    if (batch.rows().isEmpty()) {
      lease.close();
      throw RequestException.invalid(null, "no rows");
    }
    return service
        .score(call.context(), lease, batch.rows(), batch.errors(), options)
        .whenComplete(
            (rows, failure) -> {
              if (rows != null && rows.stream().anyMatch(row -> row.error() != null)) {
                call.rowFailed();
              }
            });
  }

  /** Rows of a CSV body with a header. */
  void fillFromCsv(HttpCall call, ModelVersion model, RowBatch batch) {
    call.requireUtf8();
    try (CsvRows csv =
        CsvRows.open(new ByteArrayInputStream(call.bytes()), "body", model.schema())) {
      var spare = model.scorer().newRow();
      boolean more = true;
      while (more) {
        try {
          more = csv.next(spare);
          if (more) {
            batch.addRead(spare);
            spare = model.scorer().newRow();
          }
        } catch (ScoringException e) {
          batch.add();
          batch.fail(batch.rows().size() - 1, e);
        }
      }
    } catch (CsvFormatException e) {
      throw RequestException.invalid(null, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw RequestException.invalid(null, "the body is not readable CSV: " + e.getMessage());
    }
  }

  /** One row: the body is the picture, the query has the other columns. */
  void fillFromImage(HttpCall call, ModelVersion model, RowBatch batch) {
    batch.add();
    fillFromQuery(call, batch);
    batch.set(0, onlyImageColumn(model, call.query("image_column")).index(), call.bytes());
  }

  private void fillFromQuery(HttpCall call, RowBatch batch) {
    for (Map.Entry<String, List<String>> parameter : call.query().entrySet()) {
      String name = parameter.getKey();
      if (!RESERVED.contains(name) && !name.equals("image_column")) {
        batch.set(0, batch.column(name, "query." + name), parameter.getValue().get(0));
      }
    }
  }

  private static Column onlyImageColumn(ModelVersion model, @Nullable String wanted) {
    List<Column> images =
        model.schema().columns().stream()
            .filter(column -> column.type() == ColumnType.IMAGE)
            .filter(column -> wanted == null || column.name().equals(wanted))
            .toList();
    if (images.size() == 1) {
      return images.get(0);
    }
    throw RequestException.invalid(
        "query.image_column",
        images.isEmpty()
            ? "the model has no such image column"
            : "the model has several image columns; name one with ?image_column=NAME");
  }

  /** One row: a form whose parts are named as columns, texts as they are and files as pictures. */
  void fillFromForm(HttpCall call, RowBatch batch) {
    batch.add();
    fillFromQuery(call, batch);
    for (Part part : parts(call)) {
      int column = batch.column(part.name(), "form." + part.name());
      batch.set(0, column, part.file() == null ? part.text() : part.file());
    }
  }

  /** The parts of a multipart body, in order. */
  List<Part> parts(HttpCall call) {
    List<Part> parts = new ArrayList<>();
    DefaultHttpDataFactory inMemory = new DefaultHttpDataFactory(false);
    HttpPostRequestDecoder decoder = null;
    try {
      decoder = new HttpPostRequestDecoder(inMemory, call.request(), StandardCharsets.UTF_8);
      if (!decoder.isMultipart() || !call.request().method().equals(HttpMethod.POST)) {
        throw call.unsupported("multipart/form-data");
      }
      for (InterfaceHttpData data : decoder.getBodyHttpDatas()) {
        if (parts.size() == MOST_PARTS) {
          throw RequestException.invalid("form", "more than " + MOST_PARTS + " parts");
        }
        if (data instanceof FileUpload file) {
          parts.add(new Part(file.getName(), null, file.getFilename(), file.get()));
        } else if (data instanceof Attribute attribute) {
          parts.add(new Part(attribute.getName(), attribute.getValue(), "", null));
        }
      }
      return parts;
    } catch (HttpPostRequestDecoder.ErrorDataDecoderException
        | HttpPostRequestDecoder.TooManyFormFieldsException
        | HttpPostRequestDecoder.TooLongFormFieldException
        | IOException e) {
      throw RequestException.invalid("form", "not multipart/form-data as it should be");
    } finally {
      if (decoder != null) {
        decoder.destroy();
      }
      inMemory.cleanAllHttpData();
    }
  }
}

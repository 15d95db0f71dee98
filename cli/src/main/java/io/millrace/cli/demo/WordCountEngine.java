// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.RecordStream;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.api.function.PairEmitter;
import io.millrace.api.listener.StreamingEvent.BatchCompleted;
import io.millrace.api.listener.StreamingEvent.ReceiverError;
import io.millrace.api.listener.StreamingEvent.RecoveryCompleted;
import io.millrace.api.listener.StreamingEvent.StreamingStarted;
import io.millrace.api.listener.StreamingListener;
import io.millrace.api.source.RecordView;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine process of the demo: runs the word count and reports to its supervisor on standard output, a line of JSON
 * per event. The end of its standard input asks it to stop gracefully, whether the supervisor closed it or died.
 */
public final class WordCountEngine {
    /** The id of the program in its ledger. */
    private static final String PROGRAM = "millrace-demo";

    private static final Duration STOP_DEADLINE = Duration.ofSeconds(60);
    private static final Logger LOG = LoggerFactory.getLogger(WordCountEngine.class);

    private final PrintStream reports;
    private volatile boolean graceful;

    private WordCountEngine(PrintStream reports) {
        this.reports = reports;
    }

    /**
     * Runs until {@code asked} ends.
     *
     * @return the exit code
     */
    public static int run(EngineSpec spec, InputStream asked, PrintStream reports) throws InterruptedException {
        WordCountEngine engine = new WordCountEngine(reports);
        try {
            engine.run(spec, asked);
            return 0;
        } catch (MillraceException e) {
            LOG.error("the word count failed", e);
            engine.report(new EngineReport.Failed(e.code().name(), String.valueOf(e.getMessage())));
            return e.code().exitCode();
        } catch (RuntimeException e) {
            LOG.error("the word count failed unexpectedly", e);
            engine.report(new EngineReport.Failed(ErrorCode.INTERNAL.name(), "unexpected " + e));
            return ErrorCode.INTERNAL.exitCode();
        }
    }

    private void run(EngineSpec spec, InputStream asked) throws InterruptedException {
        Map<String, String> settings = new TreeMap<>();
        Path walConfig = spec.walConfig();
        if (walConfig != null) {
            LogSettings.read(walConfig).settings().forEach((key, value) -> settings.put("wal." + key, value));
        }
        try (StreamingContext context = StreamingContext.builder(PROGRAM)
                .batchInterval(spec.batchInterval())
                .checkpoint(spec.checkpoint())
                .set(settings)
                .plugins(spec.plugins())
                .listener(new Reporter())
                .build()) {
            declare(context, spec);
            context.start();
            Thread stopper = new Thread(() -> stopAtEnd(asked, context), "millrace-demo-stopper");
            stopper.setDaemon(true);
            stopper.start();
            context.awaitTermination();
            stopper.join();
            report(new EngineReport.Stopped(graceful));
        }
    }

    /** The word count: the totals of the words touched, and the ids of the lines, go to a file per batch each. */
    private static void declare(StreamingContext context, EngineSpec spec) {
        ResultWriter counts =
                new ResultWriter(spec.results().resolve(Results.COUNTS).toString());
        ResultWriter ids = new ResultWriter(spec.results().resolve(Results.IDS).toString());
        RecordStream lines = context.receive("lines", spec.receiver(), spec.settings());
        lines.flatMapToPair(WordCountEngine::words)
                .reduceByKey(Long::sum)
                .runningReduce("counts", Codecs.STRING, Codecs.LONG, Long::sum)
                .foreachBatch(
                        Results.COUNTS, batch -> counts.write(batch, total -> total.key() + "\t" + total.value()));
        lines.map(WordCountEngine::id).foreachBatch(Results.IDS, batch -> ids.write(batch, id -> id));
    }

    private static void words(RecordView record, PairEmitter<String, Long> out) throws Exception {
        String line = record.valueUtf8();
        int from = line.indexOf(' ') + 1;
        while (from > 0) {
            int end = line.indexOf(' ', from);
            out.emit(end < 0 ? line.substring(from) : line.substring(from, end), 1L);
            from = end + 1;
        }
    }

    private static String id(RecordView record) {
        String line = record.valueUtf8();
        return line.substring(0, line.indexOf(' '));
    }

    private void stopAtEnd(InputStream asked, StreamingContext context) {
        try {
            while (asked.read() >= 0) {
                // Only the end says something.
            }
        } catch (IOException e) {
            LOG.warn("standard input failed; stopping", e);
        }
        graceful = context.stopGracefully(STOP_DEADLINE);
    }

    private synchronized void report(EngineReport report) {
        reports.println(EngineReport.Format.line(report));
        reports.flush();
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    /** Passes on what the supervisor shows. */
    private final class Reporter implements StreamingListener {
        @Override
        public void onRecoveryCompleted(RecoveryCompleted event) {
            report(new EngineReport.Recovered(
                    event.facts(),
                    event.blocks(),
                    event.batches().size(),
                    event.took().toMillis()));
        }

        @Override
        public void onStreamingStarted(StreamingStarted event) {
            report(new EngineReport.Started(event.epoch()));
        }

        @Override
        public void onBatchCompleted(BatchCompleted event) {
            report(new EngineReport.BatchDone(
                    event.batch().batchTime().toEpochMilli(),
                    event.batch().records(),
                    millis(event.batch().schedulingDelay().orElse(Duration.ZERO)),
                    millis(event.batch().processingDelay().orElse(Duration.ZERO))));
        }

        @Override
        public void onReceiverError(ReceiverError event) {
            report(new EngineReport.Trouble("receiver '" + event.receiver().stream() + "': " + event.message()));
        }
    }
}

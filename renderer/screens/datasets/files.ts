/** What can be imported as a dataset. */
export const datasetEndings = ['.csv', '.tsv', '.jsonl', '.ndjson', '.json', '.parquet', '.txt', '.md'] as const;

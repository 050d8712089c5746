drop table imported_rows;

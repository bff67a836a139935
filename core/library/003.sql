-- Files of files/ (drawings, documents, settings) stand in the table `file` with module null; their bytes lie beside the
-- database, named by hash. An older crib may have left them out of the packs that it took: these are taken again.
DELETE FROM pack;
